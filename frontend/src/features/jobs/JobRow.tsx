import { Button, Group, Progress, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { Printed } from "../../components/print/Printed";
import type { Message } from "../../lib/catalogue";
import { type Job, jobSteps } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { removeJob } from "./api";
import classes from "./JobsTray.module.css";
import { m } from "./messages";
import { inBytes, percentOf, progressOf, stateOf } from "./words";

/** One job: how far it is, or how it ended, and what can be done. */
export function JobRow({ job: j }: { job: Job }) {
	const say = useSay();
	const client = useQueryClient();
	const steer = useMutation({
		mutationFn: (step: keyof typeof jobSteps) => jobSteps[step](j.id),
		// The answer may come after the news of what the job did next, so that it is not shown itself.
		onSettled: () => client.invalidateQueries({ queryKey: ["jobs"] }),
	});
	const remove = useMutation({
		mutationFn: () => removeJob(j.id),
		onSettled: () => client.invalidateQueries({ queryKey: ["jobs"] }),
	});
	const percent = percentOf(j);
	const facts = [
		stateOf(j, say),
		...progressOf(j, say),
		j.state === "running" && !inBytes(j) && j.note,
	].filter(Boolean);
	const error = steer.error ?? remove.error;
	const act = (label: Message, onClick: () => void, more: { color?: string } = {}) => (
		<Button
			variant="default"
			size="compact-xs"
			onClick={onClick}
			aria-label={say(m.of, { action: say(label), title: j.title })}
			disabled={steer.isPending || j.asked !== undefined}
			{...more}
		>
			{say(label)}
		</Button>
	);
	return (
		<li className={classes.job} aria-label={j.title}>
			<Group gap={6} wrap="nowrap" align="flex-start">
				{j.state === "failed" && <IconAlertTriangle size={16} className={classes.failed} aria-hidden />}
				{j.state === "done" && <IconCheck size={16} className={classes.done} aria-hidden />}
				<Text size="sm" fw={550} className={classes.title}>
					{j.title}
				</Text>
			</Group>
			{!j.ended && (
				<Progress
					my={6}
					value={percent ?? 100}
					animated={percent === undefined && j.state === "running"}
					color={j.state === "running" ? "petrol" : "gray"}
					aria-label={say(m.progress, { title: j.title })}
				/>
			)}
			<Text size="xs" c="dimmed">
				{facts.join(" · ")}
				{j.ended && ` · ${say(m.at, { moment: say.moment(j.ended) })}`}
			</Text>
			{j.state === "canceled" && j.rows > 0 && <Text size="xs">{say(m.kept, { n: j.rows })}</Text>}
			{j.problem && (
				<Text size="sm" mt={4}>
					<Coded text={sentence(j.problem)} /> {j.remedy && <Coded text={sentence(j.remedy)} />}
				</Text>
			)}
			{error && <FailureNote error={error} title={say(m.stepFailed)} />}
			<Group gap={6} mt={6}>
				{(j.state === "running" || j.state === "queued") && act(m.pause, () => steer.mutate("pause"))}
				{j.state === "paused" && act(m.resume, () => steer.mutate("resume"))}
				{j.state === "failed" && act(m.retry, () => steer.mutate("resume"))}
				{!j.ended && act(m.cancel, () => steer.mutate("cancel"))}
				{j.state === "done" && <Result job={j} />}
				{j.ended && act(m.remove, () => remove.mutate())}
			</Group>
		</li>
	);
}

/** The hub sets commands and settings between backticks. */
function Coded({ text }: { text: string }) {
	return (
		text
			.split("`")
			// biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
			.map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))
	);
}

/** Where what a job made is seen. */
function Result({ job }: { job: Job }) {
	const say = useSay();
	const to = (label: Message, where: "/models" | "/settings" | "/vehicles" | "/backups", hash?: string) => (
		<Button component={Link} to={where} hash={hash} size="compact-xs" variant="light">
			{say(label)}
		</Button>
	);
	if (job.kind === "print") return <Printed job={job} compact />;
	if (job.kind.startsWith("model_")) return to(m.seeModels, "/models");
	if (job.kind.startsWith("backup_") && job.kind !== "backup_restore_vehicle")
		return to(m.seeBackups, "/backups");
	if (job.kind.startsWith("vpic_")) return to(m.seeSettings, "/settings");
	if (job.kind === "search_rebuild") return to(m.seeSearch, "/vehicles");
	return to(m.seeVehicles, "/vehicles");
}
