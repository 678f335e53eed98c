import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconBarcode, IconCar, IconChevronDown, IconPrinter } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSaveFile } from "../../hooks/useSaveFile";
import { useSay } from "../../lib/say";
import { type PrintOrder, print, type Which } from "./api";
import { LabelDialog } from "./LabelDialog";
import { m } from "./messages";
import { PaperItems } from "./PaperItems";
import { PrintJob } from "./PrintJob";
import { usePaper } from "./usePaper";

/** Prints stickers and labels of vehicles: few at once, many by a job. */
export function PrintMenu(props: { which: Which; n: number; compact?: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	const save = useSaveFile();
	const [paper] = usePaper();
	const [labels, dialog] = useDisclosure(false);
	const [job, setJob] = useState<string>();
	const make = useMutation({
		mutationFn: (o: PrintOrder) => print(props.which, o),
		onSuccess: async (done, o) => {
			dialog.close();
			if (done.job !== undefined) {
				setJob(done.job);
				await client.invalidateQueries({ queryKey: ["jobs"] });
				return;
			}
			const name = o.what === "labels" ? m.labelsFile : props.n === 1 ? m.stickerFile : m.stickersFile;
			save.mutate({ name: `hubcap-${say(name)}.pdf`, file: done.file });
		},
		onError: (e) =>
			notifications.show({ title: say(m.notPrinted), message: e.message, color: "red", autoClose: false }),
	});
	return (
		<>
			<Menu position="bottom-end" width={240}>
				<Menu.Target>
					<Button
						variant="default"
						size={props.compact ? "compact-sm" : undefined}
						leftSection={<IconPrinter size={props.compact ? 14 : 16} aria-hidden />}
						rightSection={<IconChevronDown size={14} aria-hidden />}
						loading={make.isPending}
					>
						{say(m.print)}
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item
						leftSection={<IconCar size={16} aria-hidden />}
						onClick={() => make.mutate({ what: "stickers", paper, singles: true })}
					>
						{say(m.sticker, { n: props.n })}
					</Menu.Item>
					<Menu.Item leftSection={<IconBarcode size={16} aria-hidden />} onClick={dialog.open}>
						{say(m.labels, { n: props.n })}
					</Menu.Item>
					<PaperItems />
				</Menu.Dropdown>
			</Menu>
			<LabelDialog
				n={props.n}
				opened={labels}
				busy={make.isPending}
				onClose={dialog.close}
				onPrint={(o) => make.mutate(o)}
			/>
			<PrintJob id={job} onClose={() => setJob(undefined)} />
		</>
	);
}
