import { Button, Code, Group, Progress, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { ChooseFile } from "../../components/ChooseFile";
import { FailureNote } from "../../components/FailureNote";
import { Failure } from "../../lib/api";
import { changedCountQuery } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { revertVpic, uploadVpic, vpicJobsQuery, vpicQuery } from "./api";
import { m } from "./messages";
import { SettingRow } from "./SettingRow";
import { VpicJob } from "./VpicJob";

const written = (release: string) => release.replace("_", "-");

/** The vPIC release in use: brought in as a file, and taken back. */
export function VpicRow({ here }: { here: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	const info = useQuery(vpicQuery);
	const jobs = useQuery(vpicJobsQuery);
	const [file, setFile] = useState<File>();
	const [sent, setSent] = useState(0);
	const running = useRef<AbortController>(undefined);
	useEffect(() => () => running.current?.abort(), []);
	const fresh = () =>
		Promise.all([["vpic"], ["meta"], ["jobs"]].map((queryKey) => client.invalidateQueries({ queryKey })));
	const send = useMutation({
		mutationFn: ({ of, force }: { of: File; force: boolean }) => {
			running.current = new AbortController();
			setSent(0);
			setFile(of);
			return uploadVpic(of, force, setSent, running.current.signal);
		},
		onSettled: fresh,
	});
	const back = useMutation({
		mutationFn: revertVpic,
		onSuccess: async (i) => {
			await fresh();
			notifications.show({ message: say(m.vpicReverted, { release: written(i.release) }) });
		},
	});
	const cancelled = send.error?.name === "AbortError";
	const i = info.data;
	const update = jobs.data?.update;
	const busy = send.isPending || (update !== undefined && !update.ended);
	return (
		<SettingRow
			id="vpic"
			title={say(m.vpic)}
			about={say(m.vpicAbout)}
			here={here}
			facts={[
				i &&
					(i.built_in
						? say(m.vpicBuiltIn, { release: written(i.release) })
						: say(m.vpicBrought, { release: written(i.release), day: say.day(i.brought ?? "") })),
				i && say(m.vpicHolds, { n: i.counts.patterns }),
			]}
			control={
				<ChooseFile onFile={(of) => send.mutate({ of, force: false })} accept=".zip">
					{(p) => (
						<Button {...p} variant="default" disabled={busy}>
							{say(m.vpicChoose)}
						</Button>
					)}
				</ChooseFile>
			}
		>
			<Stack gap="sm">
				<Text size="xs" c="dimmed">
					{say.rich(m.vpicHow, { code: (c) => <Code>{c}</Code> })}
				</Text>
				{info.error && <FailureNote error={info.error} />}
				{i?.warning && <FailureNote error={problem(i.warning, i.remedy)} title={say(m.vpicWarnings)} />}
				{send.isPending && file && (
					<Sending file={file} sent={sent} onCancel={() => running.current?.abort()} />
				)}
				{send.error && !cancelled && <FailureNote error={send.error} title={say(m.vpicFailed)} />}
				{update && !send.isPending && (
					<VpicJob
						job={update}
						inUse={i?.release ?? ""}
						onForce={file && (() => send.mutate({ of: file, force: true }))}
					/>
				)}
				<Redecoded running={jobs.data?.redecode} />
				{i?.previous && (
					<Group>
						<Button
							size="compact-sm"
							variant="default"
							loading={back.isPending}
							disabled={busy}
							onClick={() => back.mutate()}
						>
							{say(m.vpicRevert, { release: written(i.previous) })}
						</Button>
					</Group>
				)}
				{back.error && <FailureNote error={back.error} title={say(m.vpicNotReverted)} />}
			</Stack>
		</SettingRow>
	);
}

function Sending(props: { file: File; sent: number; onCancel: () => void }) {
	const say = useSay();
	const { file, sent } = props;
	const percent = file.size > 0 ? Math.floor((100 * sent) / file.size) : 0;
	return (
		<div>
			<Text size="sm" mb={4}>
				{sent < file.size
					? say(m.vpicSending, { file: file.name, percent })
					: say(m.vpicSent, { file: file.name })}
			</Text>
			<Group wrap="nowrap">
				<Progress flex={1} value={percent} animated={sent >= file.size} aria-label={say(m.vpicProgress)} />
				<Button size="compact-sm" variant="default" onClick={props.onCancel}>
					{say(m.vpicCancel)}
				</Button>
			</Group>
		</div>
	);
}

/** The way to what the release in use says otherwise than the one before. */
function Redecoded({ running }: { running?: { ended?: string; done: number } }) {
	const say = useSay();
	const changed = useQuery(changedCountQuery);
	if (running && !running.ended)
		return (
			<Text size="sm" role="status">
				{say(m.vpicRedecoding, { n: running.done })}
			</Text>
		);
	if (!changed.data || changed.data.n === 0) return null;
	const { n, more } = changed.data;
	return (
		<Link to="/vpic/changes" className="link">
			<Text span size="sm">
				{say(more ? m.vpicChangedMore : m.vpicChanged, { n })}
			</Text>
		</Link>
	);
}

/** What the hub says of a state, with what to do about it, as a failure to show. */
export function problem(detail: string, remedy?: string): Error {
	return new Failure({ type: "about:blank", title: "", status: 500, detail, remedy });
}
