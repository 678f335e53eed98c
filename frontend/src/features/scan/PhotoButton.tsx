import { Button, FileButton } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useSay } from "../../lib/say";
import { m } from "./messages";
import { readPhoto } from "./photo";
import type { Said } from "./plausible";
import { Reader } from "./reader";

/** Takes a photo with the phone's own camera program, where a page may not use the camera, and reads it here. */
export function PhotoButton(props: { onSaid: (said: Said) => void; onTrouble: (text: string) => void }) {
	const say = useSay();
	const [reading, setReading] = useState(false);
	const reset = useRef<() => void>(null);
	const read = async (file: File | null) => {
		if (!file) return;
		// The same photo chosen again is a new try.
		reset.current?.();
		setReading(true);
		const reader = new Reader();
		try {
			const said = await readPhoto(file, reader);
			if (said) props.onSaid(said);
			else props.onTrouble(say(m.photoNothing));
		} catch {
			props.onTrouble(say(m.photoBroken));
		}
		reader.close();
		setReading(false);
	};
	return (
		<FileButton resetRef={reset} accept="image/*" capture="environment" onChange={(f) => void read(f)}>
			{(button) => (
				<Button
					{...button}
					variant="default"
					loading={reading}
					loaderProps={{ "aria-label": say(m.photoReading) }}
					leftSection={<IconPhoto size={18} aria-hidden />}
				>
					{say(m.photo)}
				</Button>
			)}
		</FileButton>
	);
}
