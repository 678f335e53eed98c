import { Button, Code, Group, Progress, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ChooseFile } from "../../components/ChooseFile";
import { FailureNote } from "../../components/FailureNote";
import type { Schemas } from "../../lib/api";
import { failureOf, jobSteps } from "../../lib/jobs";
import { type Say, useSay } from "../../lib/say";
import { referenceJobQuery, referenceQuery, removeReference, uploadReference } from "./api";
import { m } from "./messages";
import { SettingRow } from "./SettingRow";
import { problem } from "./Vpic";

type Source = Schemas["Source"];

const nameOf = (s: Source, say: Say) =>
	s.kind === "economy"
		? say(m.economyFile)
		: s.part
			? say(m.recallsPart, { part: s.part })
			: say(m.recallsFile);

/** Recalls and fuel economy: brought in as files, replaced, taken away. */
export function ReferenceRow({ here }: { here: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	const status = useQuery(referenceQuery);
	const job = useQuery(referenceJobQuery).data;
	const [file, setFile] = useState<File>();
	const [sent, setSent] = useState(0);
	const running = useRef<AbortController>(undefined);
	useEffect(() => () => running.current?.abort(), []);
	const fresh = () =>
		Promise.all(
			[["reference"], ["jobs"], ["vehicle"]].map((queryKey) => client.invalidateQueries({ queryKey })),
		);
	const ended = job?.ended;
	// biome-ignore lint/correctness/useExhaustiveDependencies: once, when the job ends
	useEffect(() => {
		if (ended) void fresh();
	}, [ended]);
	const send = useMutation({
		mutationFn: ({ of, force }: { of: File; force: boolean }) => {
			running.current = new AbortController();
			setSent(0);
			setFile(of);
			return uploadReference(of, force, setSent, running.current.signal);
		},
		onSettled: fresh,
	});
	const stop = useMutation({ mutationFn: jobSteps.cancel, onSettled: fresh });
	const sources = status.data?.sources ?? [];
	const busy = send.isPending || (job != null && !job.ended);
	return (
		<SettingRow
			id="reference"
			title={say(m.reference)}
			about={say(m.referenceAbout)}
			here={here}
			facts={[status.data && sources.length === 0 && say(m.referenceNone)]}
			control={
				<ChooseFile onFile={(of) => send.mutate({ of, force: false })} accept=".zip,.csv,.txt">
					{(p) => (
						<Button {...p} variant="default" disabled={busy}>
							{say(m.referenceChoose)}
						</Button>
					)}
				</ChooseFile>
			}
		>
			<Stack gap="sm">
				<Text size="xs" c="dimmed">
					{say.rich(m.referenceHow, { code: (c) => <Code>{c}</Code> })}
				</Text>
				{status.error && <FailureNote error={status.error} />}
				{status.data?.warning && <FailureNote error={problem(status.data.warning, status.data.remedy)} />}
				{sources.map((s) => (
					<Kept key={s.digest} of={s} busy={busy} onGone={fresh} />
				))}
				{send.isPending && file && (
					<Working
						text={
							sent < file.size
								? say(m.referenceSending, { file: file.name, percent: percent(sent, file.size) })
								: say(m.referenceSent, { file: file.name })
						}
						value={percent(sent, file.size)}
						onCancel={() => running.current?.abort()}
					/>
				)}
				{send.error && send.error.name !== "AbortError" && (
					<FailureNote error={send.error} title={say(m.referenceFailed)} />
				)}
				{job && !job.ended && !send.isPending && (
					<Working
						text={say(m.referenceWorking, { percent: job.done })}
						value={job.done}
						onCancel={() => stop.mutate(job.id)}
					/>
				)}
				{job?.state === "failed" && !send.isPending && (
					<Failed job={job} onForce={file && (() => send.mutate({ of: file, force: true }))} />
				)}
			</Stack>
		</SettingRow>
	);
}

const percent = (n: number, of: number) => (of > 0 ? Math.floor((100 * n) / of) : 0);

/** What is in use, as of when, and the way to take it away. */
function Kept({ of: s, busy, onGone }: { of: Source; busy: boolean; onGone: () => unknown }) {
	const say = useSay();
	const name = nameOf(s, say);
	const gone = useMutation({
		mutationFn: () => removeReference(s.kind),
		onSuccess: async () => {
			await onGone();
			notifications.show({ message: say(m.referenceGone, { what: name }) });
		},
	});
	return (
		<div>
			<Group justify="space-between" gap="sm" wrap="nowrap">
				<div>
					<Text size="sm" fw={550}>
						{name}
					</Text>
					<Text size="sm" c="dimmed">
						{say(m.referenceOf, {
							newest: s.newest ? say.day(s.newest) : "?",
							day: say.day(s.imported),
						})}
						{". "}
						{say(m.referenceCounts, { used: s.used, damaged: s.damaged })}
					</Text>
				</div>
				<Button
					size="compact-sm"
					variant="default"
					flex="none"
					aria-label={say(m.referenceRemoveThe, { what: name })}
					loading={gone.isPending}
					disabled={busy}
					onClick={() => gone.mutate()}
				>
					{say(m.referenceRemove)}
				</Button>
			</Group>
			{gone.error && <FailureNote error={gone.error} title={say(m.referenceNotRemoved)} />}
		</div>
	);
}

function Working(props: { text: string; value: number; onCancel: () => void }) {
	const say = useSay();
	return (
		<div>
			<Text size="sm" mb={4} role="status">
				{props.text}
			</Text>
			<Group wrap="nowrap">
				<Progress flex={1} value={props.value} animated aria-label={say(m.referenceProgress)} />
				<Button size="compact-sm" variant="default" onClick={props.onCancel}>
					{say(m.referenceCancel)}
				</Button>
			</Group>
		</div>
	);
}

function Failed({ job, onForce }: { job: Schemas["Job"]; onForce?: () => void }) {
	const say = useSay();
	const forced = job.remedy?.includes("--force") === true;
	return (
		<Stack gap="xs">
			<FailureNote
				title={say(m.referenceFailed)}
				error={failureOf({
					...job,
					remedy: job.remedy?.replace("repeat with --force", say(m.referenceForce)),
				})}
			/>
			<Text size="sm">{say(m.referenceKept)}</Text>
			{onForce && forced && (
				<Group>
					<Button size="compact-sm" variant="default" onClick={onForce}>
						{say(m.referenceForce)}
					</Button>
				</Group>
			)}
		</Stack>
	);
}
