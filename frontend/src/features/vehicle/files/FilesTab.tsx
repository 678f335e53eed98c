import { Button, FileButton, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCamera, IconPhotoPlus, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { FailureNote } from "../../../components/FailureNote";
import { bytes } from "../../../lib/bytes";
import { useSay } from "../../../lib/say";
import { useMay, useSession } from "../../../lib/session";
import type { Vehicle } from "../api";
import { type Attachment, attachmentsQuery } from "./api";
import { DraftDialog } from "./DraftDialog";
import classes from "./Files.module.css";
import { dragsFiles, filesIn, mostBytes, sorted } from "./files";
import { m } from "./messages";
import { Papers } from "./Papers";
import { Photos } from "./Photos";
import { RenameDialog } from "./RenameDialog";
import { SendingList } from "./SendingList";
import { useSending } from "./useSending";
import { Viewer } from "./Viewer";

/** What a person may do with photos and papers. */
export interface FileActions {
	onOpen: (a: Attachment) => void;
	onRename: (a: Attachment) => void;
	onDraft: (a: Attachment) => void;
	mayWrite: boolean;
	mayRecord: boolean;
	seesCosts: boolean;
}

/** The photos and papers of a vehicle; files are dropped, pasted, chosen or taken here. */
export function FilesTab({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const all = useQuery(attachmentsQuery(v.id));
	const [open, setOpen] = useState<string>();
	const [renaming, setRenaming] = useState<Attachment>();
	const [drafting, setDrafting] = useState<Attachment>();
	const viewing = Boolean(useSession()?.viewing);
	const may = {
		records: useMay("records.write"),
		vehicles: useMay("vehicles.write"),
		costs: useMay("costs.read"),
	};
	const mayWrite = (may.records || may.vehicles) && !viewing;
	const sending = useSending(v.id);
	const list = all.data ?? [];
	const { photos, papers } = sorted(list, v.cover);
	const order = [...photos, ...papers].filter((a) => a.mayOpen);
	const actions: FileActions = {
		onOpen: (a) => setOpen(a.id),
		onRename: setRenaming,
		onDraft: setDrafting,
		mayWrite,
		mayRecord: may.records && !viewing,
		seesCosts: may.costs,
	};
	const body = (
		<Stack gap="lg">
			{mayWrite && list.length > 0 && (
				<Group gap="sm">
					<AddButtons onFiles={sending.add} />
					<Hint />
				</Group>
			)}
			<SendingList {...sending} />
			{all.error && <FailureNote error={all.error} title={say(m.failed)} onRetry={() => all.refetch()} />}
			{all.isPending && !all.error && <Skeleton height={200} aria-label={say(m.loading)} />}
			{all.data && list.length === 0 && sending.list.length === 0 && (
				<Empty mayWrite={mayWrite} onFiles={sending.add} />
			)}
			{photos.length > 0 && <Photos vehicle={v} photos={photos} {...actions} />}
			{papers.length > 0 && <Papers vehicle={v} papers={papers} {...actions} />}
			<Viewer list={order} at={open} onAt={setOpen} onClose={() => setOpen(undefined)} />
			<RenameDialog of={renaming} onClose={() => setRenaming(undefined)} />
			<DraftDialog vehicle={v} of={drafting} onClose={() => setDrafting(undefined)} />
		</Stack>
	);
	if (!mayWrite) return body;
	return (
		<DropHere title={v.title} onFiles={sending.add}>
			{body}
		</DropHere>
	);
}

function AddButtons({ onFiles }: { onFiles: (files: File[]) => void }) {
	const say = useSay();
	const reset = useRef<() => void>(null);
	const again = useRef<() => void>(null);
	return (
		<>
			<FileButton
				multiple
				resetRef={reset}
				onChange={(files) => {
					reset.current?.();
					onFiles(files);
				}}
			>
				{(p) => (
					<Button {...p} leftSection={<IconUpload size={16} aria-hidden />}>
						{say(m.add)}
					</Button>
				)}
			</FileButton>
			<FileButton
				accept="image/*"
				capture="environment"
				resetRef={again}
				onChange={(file) => {
					again.current?.();
					if (file) onFiles([file]);
				}}
			>
				{(p) => (
					<Button
						{...p}
						variant="default"
						className={classes.camera}
						leftSection={<IconCamera size={16} aria-hidden />}
					>
						{say(m.camera)}
					</Button>
				)}
			</FileButton>
		</>
	);
}

/** How files come here: by a finger nothing is dropped. */
function Hint() {
	const say = useSay();
	const most = bytes(mostBytes, say);
	return (
		<Text size="xs" c="dimmed">
			<span className={classes.mouse}>{say(m.hint, { most })}</span>
			<span className={classes.touch}>{say(m.most, { most })}</span>
		</Text>
	);
}

function Empty(props: { mayWrite: boolean; onFiles: (files: File[]) => void }) {
	const say = useSay();
	return (
		<div className={classes.empty}>
			<IconPhotoPlus size={44} stroke={1.2} aria-hidden />
			<Title order={2} size="h4">
				{say(m.emptyTitle)}
			</Title>
			<Text size="sm" c="dimmed" maw={460} ta="center">
				{say(props.mayWrite ? m.emptyAbout : m.emptyLook)}
			</Text>
			{props.mayWrite && (
				<>
					<Group gap="sm" justify="center">
						<AddButtons onFiles={props.onFiles} />
					</Group>
					<Hint />
				</>
			)}
		</div>
	);
}

/** Takes what is dropped on it, and what is pasted while it is shown. */
function DropHere(props: { title: string; onFiles: (files: File[]) => void; children: ReactNode }) {
	const say = useSay();
	const [over, setOver] = useState(0);
	const { onFiles } = props;
	const take = useRef(onFiles);
	take.current = onFiles;
	useEffect(() => {
		const paste = (e: ClipboardEvent) => {
			const files = filesIn(e.clipboardData);
			if (files.length === 0 || document.querySelector('[role="dialog"]')) return;
			e.preventDefault();
			take.current(files);
		};
		// A file that misses the tab must not replace the page.
		const miss = (e: DragEvent) => {
			if (dragsFiles(e.dataTransfer)) e.preventDefault();
		};
		document.addEventListener("paste", paste);
		document.addEventListener("dragover", miss);
		document.addEventListener("drop", miss);
		return () => {
			document.removeEventListener("paste", paste);
			document.removeEventListener("dragover", miss);
			document.removeEventListener("drop", miss);
		};
	}, []);
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button beside it does the same
		<div
			className={classes.drop}
			onDragEnter={(e) => {
				if (dragsFiles(e.dataTransfer)) setOver((n) => n + 1);
			}}
			onDragLeave={(e) => {
				if (dragsFiles(e.dataTransfer)) setOver((n) => Math.max(0, n - 1));
			}}
			onDrop={(e) => {
				setOver(0);
				const files = filesIn(e.dataTransfer);
				if (files.length === 0) return;
				e.preventDefault();
				onFiles(files);
			}}
		>
			{props.children}
			{over > 0 && (
				<div className={classes.over}>
					<IconUpload size={32} aria-hidden />
					<Text fw={600}>{say(m.drop, { title: props.title })}</Text>
				</div>
			)}
		</div>
	);
}
