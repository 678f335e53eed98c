import { Button, Text, Tooltip } from "@mantine/core";
import { IconFolderOpen } from "@tabler/icons-react";
import { useState } from "react";
import { ChooseFile } from "../../components/ChooseFile";
import { useSay } from "../../lib/say";
import { vinsIn } from "../../lib/vin";
import { m } from "./messages";

/** More is no list of VINs; a million of them take 18 MB. */
const mostBytes = 20 << 20;

/** Opens a file and hands over the VINs in it. */
export function OpenList({ onVINs }: { onVINs: (vins: string[]) => void }) {
	const say = useSay();
	const [trouble, setTrouble] = useState("");
	const read = async (file: File) => {
		if (file.size > mostBytes) return setTrouble(say(m.tooLarge, { name: file.name }));
		try {
			const vins = vinsIn(await file.text());
			setTrouble(vins.length === 0 ? say(m.notAList, { name: file.name }) : "");
			if (vins.length > 0) onVINs(vins);
		} catch {
			setTrouble(say(m.notRead, { name: file.name }));
		}
	};
	return (
		<div>
			<ChooseFile onFile={(f) => void read(f)} accept=".txt,.csv,.tsv,text/plain,text/csv">
				{(props) => (
					<Tooltip label={say(m.openListAbout)}>
						<Button {...props} variant="default" leftSection={<IconFolderOpen size={16} aria-hidden />}>
							{say(m.openList)}
						</Button>
					</Tooltip>
				)}
			</ChooseFile>
			<Text role="alert" size="sm" c="red">
				{trouble}
			</Text>
		</div>
	);
}
