import { Button, Group, NativeSelect, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Row, Rows } from "../../components/access/Rows";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { Failure, problemOf, send } from "../../lib/api";
import { jobQuery } from "../../lib/jobs";
import { metaQuery } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { type Backup, type Drill, drillFile, drillsQuery, work } from "./api";
import classes from "./backups.module.css";
import { JobLine } from "./JobLine";
import { drillsText as m, m as page } from "./messages";
import { took } from "./words";

/** Restores as on the day of the loss, and their signed reports. */
export function Drills({ places }: { places: Backup[] }) {
	const say = useSay();
	const client = useQueryClient();
	const q = useQuery(drillsQuery);
	const [of, setOf] = useState<string>();
	const [job, setJob] = useState<string>();
	const b = places.find((p) => p.id === of) ?? places[0];
	const start = useMutation({
		mutationFn: (what: "drill" | "chaos") => work[what](b?.id ?? ""),
		onSuccess: (j) => {
			client.setQueryData(jobQuery(j.id).queryKey, j);
			setJob(j.id);
		},
	});
	return (
		<Stack gap="md">
			<Text maw={760}>{say(m.about)}</Text>
			{!b && <Text c="dimmed">{say(m.need)}</Text>}
			{b && (
				<Group gap="sm" align="flex-end">
					{places.length > 1 && (
						<NativeSelect
							label={say(m.of)}
							value={b.id}
							onChange={(e) => setOf(e.currentTarget.value)}
							data={places.map((p) => ({ value: p.id, label: p.name }))}
						/>
					)}
					<Button
						onClick={() => start.mutate("drill")}
						loading={start.isPending && start.variables === "drill"}
					>
						{say(m.run)}
					</Button>
					<Button
						variant="default"
						onClick={() => start.mutate("chaos")}
						loading={start.isPending && start.variables === "chaos"}
						aria-describedby="chaos-about"
					>
						{say(m.chaos)}
					</Button>
					<Text size="xs" c="dimmed" id="chaos-about" flex="1 1 240px">
						{say(m.chaosAbout)}
					</Text>
				</Group>
			)}
			{start.error && <FailureNote error={start.error} title={say(page.notStarted)} />}
			{job && <JobLine key={job} id={job} onHide={() => setJob(undefined)} done={() => null} />}
			{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton height={120} aria-label={say(m.loading)} />}
			{q.data?.length === 0 && <Text c="dimmed">{say(m.none)}</Text>}
			{q.data && q.data.length > 0 && <Reports of={q.data} />}
		</Stack>
	);
}

function Reports({ of: list }: { of: Drill[] }) {
	const say = useSay();
	const head = [say(m.made), say(m.result), say(m.data), say(m.time), say(m.loss), say(m.faults)];
	return (
		<Rows label={say(m.list)} head={head} act={say(m.act)}>
			{list.map((d) => (
				<Row
					key={d.name}
					head={head}
					cells={[
						say.moment(d.made),
						<Held key="held" of={d} />,
						say(m.docs, { n: d.documents, files: d.files }),
						took(d.rtoMs, say),
						d.rpoMs < 0 ? say(m.unknown) : say(m.lossOf, { time: took(d.rpoMs, say) }),
						d.faults === 0 ? say(m.noFaults) : say.number(d.faults),
					]}
					act={<Report of={d} />}
				/>
			))}
		</Rows>
	);
}

function Held({ of: d }: { of: Drill }) {
	const say = useSay();
	const Icon = d.ok ? IconCheck : IconAlertTriangle;
	return (
		<>
			<b className={d.ok ? classes.ok : classes.bad}>
				<Icon size={16} aria-hidden style={{ verticalAlign: "-3px" }} /> {say(d.ok ? m.held : m.broke)}
			</b>
			{d.broken.map((x) => (
				<Text size="xs" key={x}>
					{sentence(x)}
				</Text>
			))}
		</>
	);
}

/** A report is a file: the browser opens it in a tab, the desktop window saves it. */
function Report({ of: d }: { of: Drill }) {
	const say = useSay();
	const save = useSaveFile();
	const tabs = useQuery(metaQuery).data?.window === false;
	const at = say.moment(d.made);
	const fetched = async (form: "html" | "json"): Promise<Blob> => {
		const answer = await send(new Request(new URL(drillFile(d.name, form), globalThis.location.origin)));
		if (!answer.ok) throw new Failure(await problemOf(answer));
		return answer.blob();
	};
	const open = useMutation({
		mutationFn: async () => {
			// The hub sends it as a download; as a page of its own it is shown without scripts.
			const page = new Blob([await fetched("html")], { type: "text/html" });
			const url = URL.createObjectURL(page);
			globalThis.open(url, "_blank", "noopener");
			setTimeout(() => URL.revokeObjectURL(url), 60_000);
		},
	});
	const keep = useMutation({
		mutationFn: async (form: "html" | "json") =>
			save.mutateAsync({ name: `${d.name}.${form}`, file: await fetched(form) }),
	});
	const error = open.error ?? keep.error;
	return (
		<Group gap={4} justify="flex-end" wrap="nowrap">
			{tabs && (
				<Button
					size="compact-sm"
					variant="default"
					loading={open.isPending}
					onClick={() => open.mutate()}
					aria-label={say(m.openOf, { at })}
				>
					{say(m.open)}
				</Button>
			)}
			<Button
				size="compact-sm"
				variant="default"
				loading={keep.isPending}
				onClick={() => keep.mutate(tabs ? "json" : "html")}
				aria-label={say(tabs ? m.saveJson : m.saveOf, { at })}
			>
				{say(m.save)}
			</Button>
			{error && <FailureNote error={error} title={say(m.notSaved)} />}
		</Group>
	);
}
