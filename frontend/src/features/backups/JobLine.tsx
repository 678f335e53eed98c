import { Anchor, Box, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { FailureNote } from "../../components/FailureNote";
import { failureOf, type Job, jobQuery } from "../../lib/jobs";
import { type Say, useSay } from "../../lib/say";
import classes from "./backups.module.css";
import { m } from "./messages";
import { took } from "./words";

/** A job that was started here: how far it is, and how it came out. The tray has it too. */
export function JobLine(props: { id: string; onHide?: () => void; done?: (job: Job) => ReactNode }) {
	const say = useSay();
	const q = useQuery(jobQuery(props.id));
	const j = q.data;
	if (!j) return null;
	const hide = props.onHide && (
		<Button size="compact-xs" variant="subtle" color="gray" flex="none" onClick={props.onHide}>
			{say(m.hide)}
		</Button>
	);
	if (j.state === "failed")
		return (
			<Stack gap={4} align="flex-start">
				<FailureNote title={say(m.workFailed, { title: j.title })} error={failureOf(j)} />
				{hide}
			</Stack>
		);
	if (!j.ended) {
		const percent = j.total > 0 ? Math.min(100, Math.floor((100 * j.done) / j.total)) : undefined;
		return (
			<Box className={classes.job} role="status">
				<Text size="sm" mb={4}>
					{say(m.working, { title: j.title })}
					{j.note && (
						<Text span size="sm" c="dimmed">
							{` · ${j.note}`}
						</Text>
					)}
				</Text>
				<Progress
					value={percent ?? 100}
					animated={percent === undefined}
					aria-label={say(m.progress, { title: j.title })}
				/>
			</Box>
		);
	}
	return (
		<Box className={classes.job} role="status">
			<Group justify="space-between" gap="xs" align="flex-start" wrap="nowrap">
				<Text size="sm" fw={600}>
					{j.state === "done" && (
						<IconCheck size={16} aria-hidden className={classes.ok} style={{ verticalAlign: "-3px" }} />
					)}{" "}
					{say(j.state === "done" ? m.workDone : m.workCanceled, { title: j.title })}
				</Text>
				{hide}
			</Group>
			{j.state === "done" && (props.done ? props.done(j) : <Outcome of={j} />)}
		</Box>
	);
}

function Outcome({ of: j }: { of: Job }) {
	const say = useSay();
	const text = outcome(j, say);
	if (!text) return null;
	return (
		<Text size="sm">
			{text}{" "}
			{j.kind === "backup_drill" && (
				<Anchor component={Link} to="/backups" search={{ tab: "drills" } as never} underline="always">
					{say(m.tabDrills)}
				</Anchor>
			)}
		</Text>
	);
}

/** What came of a job on a backup, in a sentence. */
export function outcome(j: Pick<Job, "kind" | "result">, say: Say): string {
	const r = (j.result ?? {}) as Record<string, number>;
	switch (j.kind) {
		case "backup_test":
			return say(m.testDone, { n: r.documents ?? 0, time: took(r.took_ms ?? 0, say) });
		case "backup_verify":
			return say(m.verifyDone, { n: r.objects ?? 0, read: r.read ?? 0 });
		case "backup_now":
			return say(m.nowDone);
		case "backup_prune":
			return say(m.pruneDone, { marked: r.marked ?? 0, deleted: r.deleted ?? 0 });
		case "backup_drill":
			return say(m.drillDone);
		case "backup_rotate":
			return say(m.rotateDone);
	}
	return "";
}
