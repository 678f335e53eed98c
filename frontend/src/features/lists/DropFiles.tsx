import { Button, Group, Loader, Stack, Text, Textarea } from "@mantine/core";
import { IconClipboardText, IconFileSpreadsheet } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { ChooseFile } from "../../components/ChooseFile";
import { useSay } from "../../lib/say";
import type { Intake } from "./api";
import classes from "./lists.module.css";
import { m } from "./messages";
import { NotAdded } from "./NotAdded";
import type { useAddFiles } from "./useAddFiles";

const accept = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.json,.jsonl,.ndjson,.pdf";

/** Takes files that are dropped anywhere on the page. */
export function useDrop(onFiles: (files: File[]) => unknown): boolean {
	const [over, setOver] = useState(false);
	useEffect(() => {
		const has = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
		const move = (e: DragEvent) => {
			if (!has(e)) return;
			e.preventDefault();
			setOver(true);
		};
		const leave = (e: DragEvent) => e.relatedTarget === null && setOver(false);
		const drop = (e: DragEvent) => {
			if (!has(e)) return;
			e.preventDefault();
			setOver(false);
			onFiles([...(e.dataTransfer?.files ?? [])]);
		};
		document.addEventListener("dragover", move);
		document.addEventListener("dragleave", leave);
		document.addEventListener("drop", drop);
		return () => {
			document.removeEventListener("dragover", move);
			document.removeEventListener("dragleave", leave);
			document.removeEventListener("drop", drop);
		};
	}, [onFiles]);
	return over;
}

/** Where a list comes in: dropped, chosen or pasted. */
export function DropFiles(props: {
	files: ReturnType<typeof useAddFiles>;
	onFiles: (files: File[]) => Promise<Intake | undefined>;
	children?: ReactNode;
}) {
	const say = useSay();
	const over = useDrop(props.onFiles);
	const [pasting, setPasting] = useState(false);
	const [text, setText] = useState("");
	const { sending, failed, cancel } = props.files;
	const check = async () => {
		// What was not taken stays to be put right.
		if (!(await props.onFiles([new File([text], say(m.pasted), { type: "text/plain" })]))) return;
		setPasting(false);
		setText("");
	};
	return (
		<Stack gap="sm">
			<div className={classes.drop} data-over={over || undefined}>
				{sending ? (
					<Group gap="sm" justify="center" role="status">
						<Loader size="sm" aria-hidden />
						<Text>
							{sending.percent < 100
								? say(m.sending, { name: sending.name, percent: sending.percent })
								: say(m.reading, { name: sending.name })}
						</Text>
						<Button variant="default" size="compact-sm" onClick={cancel}>
							{say(m.cancel)}
						</Button>
					</Group>
				) : (
					<>
						<IconFileSpreadsheet size={34} stroke={1.4} aria-hidden className={classes.dropIcon} />
						<Text fw={600} size="lg">
							{say(m.dropHere)}
						</Text>
						<Text c="dimmed" size="sm" maw={520}>
							{say(m.dropKinds)}
						</Text>
						<Group gap="sm" justify="center" mt="xs">
							<ChooseFile accept={accept} onFile={(f) => void props.onFiles([f])}>
								{({ onClick }) => <Button onClick={onClick}>{say(m.choose)}</Button>}
							</ChooseFile>
							<Button
								variant="default"
								leftSection={<IconClipboardText size={16} aria-hidden />}
								onClick={() => setPasting(!pasting)}
								aria-expanded={pasting}
							>
								{say(m.paste)}
							</Button>
							{props.children}
						</Group>
					</>
				)}
			</div>
			{pasting && !sending && (
				<Stack gap="xs">
					<Textarea
						label={say(m.pasteLabel)}
						description={say(m.pasteHint)}
						value={text}
						onChange={(e) => setText(e.currentTarget.value)}
						autosize
						minRows={6}
						maxRows={16}
						data-autofocus
						classNames={{ input: classes.pasted }}
					/>
					<Group gap="sm">
						<Button onClick={() => void check()} disabled={text.trim() === ""}>
							{say(m.pasteCheck)}
						</Button>
						<Button variant="subtle" onClick={() => setPasting(false)}>
							{say(m.cancel)}
						</Button>
					</Group>
				</Stack>
			)}
			<NotAdded failed={failed} onFiles={props.onFiles} />
		</Stack>
	);
}
