import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useSay } from "../../lib/say";
import { sendFile } from "../../lib/upload";
import { createIntake, fileAddress, type Intake, removeIntake } from "./api";
import { m } from "./messages";

/** A file on its way to the hub. */
export interface Sending {
	name: string;
	percent: number;
}

/** A file that the hub did not take. */
export interface NotTaken {
	file: File;
	error: Error;
}

/** Sends files into a list, or into a new one that is named after the first that is taken. */
export function useAddFiles(id?: string) {
	const say = useSay();
	const client = useQueryClient();
	const [sending, setSending] = useState<Sending>();
	const [failed, setFailed] = useState<NotTaken[]>([]);
	const stop = useRef(new AbortController());

	const one = async (file: File, into: string) => {
		setSending({ name: file.name, percent: 0 });
		// A new list that got no file is nobody's.
		const made = into === "" ? (await createIntake(file.name.slice(0, 120))).id : "";
		try {
			return await sendFile<Intake>(
				fileAddress(into || made, file.name.slice(0, 255)),
				file,
				(sent) => setSending({ name: file.name, percent: Math.floor((100 * sent) / Math.max(1, file.size)) }),
				stop.current.signal,
			);
		} catch (e) {
			if (made !== "") await removeIntake(made).catch(() => undefined);
			throw e;
		}
	};

	const add = async (files: File[]): Promise<Intake | undefined> => {
		if (files.length === 0 || sending) return undefined;
		setFailed((old) => old.filter((f) => !files.includes(f.file)));
		stop.current = new AbortController();
		const refused: NotTaken[] = [];
		let got: Intake | undefined;
		// One that is no list keeps none of the others out.
		for (const file of files) {
			try {
				got = await one(file, id ?? got?.id ?? "");
			} catch (e) {
				if (e instanceof DOMException && e.name === "AbortError") break;
				refused.push({ file, error: e instanceof Error ? e : new Error(String(e)) });
			}
		}
		// Who made a new list is led to it, and would never see the notes of this page.
		if (got && !id)
			for (const { file, error } of refused)
				notifications.show({
					title: say(m.notAdded, { name: file.name }),
					message: error.message,
					color: "red",
					autoClose: false,
				});
		else setFailed((old) => [...old, ...refused]);
		setSending(undefined);
		await client.invalidateQueries({ queryKey: ["intakes"] });
		return got;
	};
	return { add, sending, failed, cancel: () => stop.current.abort() };
}
