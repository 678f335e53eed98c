import { Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Schemas } from "../../lib/api";
import { jobQuery, jobSteps } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { FailureNote } from "../FailureNote";
import { m } from "./messages";
import { Printed } from "./Printed";

/** A print of many while it is made, and what can be saved of it. */
export function PrintJob({ id, onClose }: { id: string | undefined; onClose: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const q = useQuery({ ...jobQuery(id ?? ""), enabled: id !== undefined });
	const stop = useMutation({
		mutationFn: () => jobSteps.cancel(id ?? ""),
		onSettled: () => client.invalidateQueries({ queryKey: ["jobs"] }),
	});
	const j = id === undefined ? undefined : q.data;
	return (
		<Modal
			opened={id !== undefined}
			onClose={onClose}
			title={j?.title ?? say(m.printing)}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			<Stack gap="sm">
				{q.error && <FailureNote error={q.error} onRetry={() => q.refetch()} />}
				{j && <Standing of={j} />}
				{stop.error && <FailureNote error={stop.error} />}
				{j?.state === "done" ? (
					<Printed job={j} />
				) : (
					!j?.ended && (
						<Group justify="flex-end">
							<Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
								{say(m.stop)}
							</Button>
						</Group>
					)
				)}
			</Stack>
		</Modal>
	);
}

function Standing({ of: j }: { of: Schemas["Job"] }) {
	const say = useSay();
	if (j.state === "failed") {
		return (
			<Text size="sm" role="status">
				{j.problem} {j.remedy}
			</Text>
		);
	}
	if (j.state === "canceled") {
		return (
			<Text size="sm" role="status">
				{say(m.stopped)}
			</Text>
		);
	}
	if (j.state === "done") {
		return (
			<Text size="sm" role="status">
				{say(m.ready, { n: j.rows })}
			</Text>
		);
	}
	const said = j.total > 0 ? say(m.progress, { done: j.done, total: j.total }) : say(m.starting);
	return (
		<>
			<Text size="sm" role="status">
				{said}
			</Text>
			<Progress value={(100 * j.done) / Math.max(1, j.total)} aria-label={said} />
			<Text size="sm" c="dimmed">
				{say(m.goesOn)}
			</Text>
		</>
	);
}
