import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { sendFile } from "../../lib/upload";
import { createIntake, fileAddress, type Intake, removeIntake } from "./api";

/** A file on its way to the hub. */
export interface Sending {
	name: string;
	percent: number;
}

/** Sends files into a list, or into a new one that is named after the first. */
export function useAddFiles(id?: string) {
	const client = useQueryClient();
	const [sending, setSending] = useState<Sending>();
	const [failed, setFailed] = useState<{ name: string; error: Error }>();
	const stop = useRef(new AbortController());

	const add = async (files: File[]): Promise<Intake | undefined> => {
		if (files.length === 0 || sending) return undefined;
		setFailed(undefined);
		stop.current = new AbortController();
		let at = "";
		let got: Intake | undefined;
		let made = "";
		try {
			for (const file of files) {
				at = file.name;
				setSending({ name: file.name, percent: 0 });
				if (!id && made === "") made = (await createIntake(file.name.slice(0, 120))).id;
				got = await sendFile<Intake>(
					fileAddress(id ?? made, file.name.slice(0, 255)),
					file,
					(sent) =>
						setSending({ name: file.name, percent: Math.floor((100 * sent) / Math.max(1, file.size)) }),
					stop.current.signal,
				);
			}
		} catch (e) {
			if (!(e instanceof DOMException && e.name === "AbortError"))
				setFailed({ name: at, error: e instanceof Error ? e : new Error(String(e)) });
			// A new list that got no file is nobody's.
			if (made !== "" && !got) await removeIntake(made).catch(() => undefined);
		}
		setSending(undefined);
		await client.invalidateQueries({ queryKey: ["intakes"] });
		return got;
	};
	return { add, sending, failed, cancel: () => stop.current.abort() };
}
