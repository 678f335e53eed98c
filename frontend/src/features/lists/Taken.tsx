import { Alert, Button, Group, List, Progress, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { FailureNote } from "../../components/FailureNote";
import { jobQuery, jobSteps } from "../../lib/jobs";
import { useRefresh } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { undo } from "../../lib/undo";
import type { Intake } from "./api";
import classes from "./lists.module.css";
import { m } from "./messages";

type Commit = Intake["commits"][number];

const written = (c: Commit) => c.outcome.created + c.outcome.filled + c.outcome.replaced;

/** What the list has brought so far: the newest first, and before it whatever can still be taken back. */
export function Taken({ of: i }: { of: Intake }) {
	return i.commits
		.toReversed()
		.filter((c, n) => n === 0 || (written(c) > 0 && !c.undone))
		.map((c) => (c.ended ? <Ended key={c.batch} of={c} in={i} /> : <Running key={c.batch} of={c} />));
}

function Running({ of: c }: { of: Commit }) {
	const say = useSay();
	const client = useQueryClient();
	const j = useQuery(jobQuery(c.batch)).data;
	useEffect(() => {
		if (j?.ended) void client.invalidateQueries({ queryKey: ["intakes"] });
	}, [client, j?.ended]);
	const steer = useMutation({
		mutationFn: (what: keyof typeof jobSteps) => jobSteps[what](c.batch),
		onSuccess: () => client.invalidateQueries({ queryKey: ["job", c.batch] }),
	});
	if (!j) return null;
	const all = Math.max(1, j.total);
	return (
		<Alert color="petrol" mb="md" p="sm">
			<Group justify="space-between" gap="sm">
				<Text size="sm" role="status">
					{j.problem ? `${j.problem} ${j.remedy ?? ""}` : say(m.taking, { done: j.done, total: j.total })}
				</Text>
				<Group gap="xs">
					{j.state === "running" && (
						<Button size="compact-sm" variant="default" onClick={() => steer.mutate("pause")}>
							{say(m.pause)}
						</Button>
					)}
					{(j.state === "paused" || j.state === "failed") && (
						<Button size="compact-sm" variant="default" onClick={() => steer.mutate("resume")}>
							{say(m.resume)}
						</Button>
					)}
					{!j.ended && (
						<Button size="compact-sm" variant="subtle" onClick={() => steer.mutate("cancel")}>
							{say(m.stop)}
						</Button>
					)}
				</Group>
			</Group>
			<Progress
				value={(100 * j.done) / all}
				size="sm"
				mt={6}
				aria-label={say(m.taking, { done: j.done, total: j.total })}
			/>
			{steer.error && <FailureNote error={steer.error} />}
		</Alert>
	);
}

function Ended({ of: c, in: i }: { of: Commit; in: Intake }) {
	const say = useSay();
	const client = useQueryClient();
	const refresh = useRefresh();
	const back = useMutation({
		mutationFn: () => undo(c.batch),
		onSuccess: async () => {
			await refresh();
			await client.invalidateQueries({ queryKey: ["intakes"] });
		},
	});
	const { outcome: o } = c;
	const gone = c.undone || back.isSuccess;
	return (
		<Alert color={gone ? "gray" : "green"} mb="md" p="sm" icon={<IconCircleCheck aria-hidden />}>
			<Group justify="space-between" gap="sm">
				<div>
					<Text size="sm" role="status">
						{gone
							? say(m.undone)
							: say(m.took, {
									when: say.moment(c.at),
									created: o.created,
									changed: o.filled + o.replaced,
									left: o.left + o.unchanged,
								})}
					</Text>
					{back.isPending && (
						<Text size="sm" role="status">
							{say(m.undoing)}
						</Text>
					)}
					{o.undecided > 0 && !gone && (
						<Text size="sm">
							{say(m.undecided, { n: o.undecided })} {say(m.undecidedAbout)}{" "}
							<Link to="/lists/$id" params={{ id: i.id }} search={{ status: "existing" }} className="link">
								{say(m.seeUndecided)}
							</Link>
						</Text>
					)}
					{o.refused > 0 && (
						<>
							<Text size="sm">{say(m.refused, { n: o.refused })}</Text>
							<List size="sm" className={classes.refused}>
								{o.problems.slice(0, 10).map((p) => (
									<List.Item key={`${p.file}.${p.row}`}>
										{say(m.refusedRow, { row: p.row, vin: p.vin, problem: p.problem })}
									</List.Item>
								))}
							</List>
						</>
					)}
				</div>
				{written(c) > 0 && !gone && (
					<Group gap="xs">
						<Link to="/vehicles" className="link">
							{say(m.seeVehicles)}
						</Link>
						<Button
							size="compact-sm"
							variant="default"
							loading={back.isPending}
							onClick={() => back.mutate()}
						>
							{say(m.undo)}
						</Button>
					</Group>
				)}
			</Group>
			{back.error && <FailureNote error={back.error} title={say(m.notUndone)} />}
		</Alert>
	);
}
