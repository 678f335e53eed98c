import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Row, Rows } from "../../components/access/Rows";
import { FailureNote } from "../../components/FailureNote";
import { bytes } from "../../lib/bytes";
import { jobQuery } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { type Backup, planQuery, work } from "./api";
import classes from "./backups.module.css";
import { m } from "./messages";

/** What the rules keep and why, and what goes, before anything does. */
export function Prune(props: { of: Backup; may: boolean; onClose: () => void; onJob: (id: string) => void }) {
	const say = useSay();
	const client = useQueryClient();
	const { of: b } = props;
	const q = useQuery({ ...planQuery(b.id), staleTime: 0 });
	const prune = useMutation({
		mutationFn: () => work.prune(b.id),
		onSuccess: (j) => {
			client.setQueryData(jobQuery(j.id).queryKey, j);
			props.onJob(j.id);
		},
	});
	if (q.error) return <FailureNote error={q.error} title={say(m.pruneFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={200} aria-label={say(m.pruneLoading)} />;
	const p = q.data;
	const goes = p.points.filter((x) => !x.keep).length;
	const nothing = goes === 0 && p.segments === 0 && p.forgetBytes === 0;
	const head = [say(m.pruneTime), say(m.pruneSize), say(m.pruneFate), say(m.pruneWhy)];
	return (
		<Stack gap="md">
			<Text size="sm">{say(m.pruneAbout)}</Text>
			<Text size="sm" fw={600} role="status">
				{nothing
					? say(m.pruneNothing)
					: say(m.pruneSum, {
							keep: bytes(p.keepBytes, say),
							forget: bytes(p.forgetBytes, say),
							points: goes,
							segments: p.segments,
						})}
			</Text>
			{p.waiting > 0 && <Text size="sm">{say(m.pruneWaiting, { n: p.waiting })}</Text>}
			{p.points.length > 0 && (
				<Rows label={say(m.pruneTitle, { name: b.name })} head={head}>
					{p.points.map((x) => (
						<Row
							key={`${x.time} ${x.bytes}`}
							head={head}
							cells={[
								say.moment(x.time),
								bytes(x.bytes, say),
								<b key="fate" className={x.keep ? classes.ok : classes.bad}>
									{say(x.keep ? m.pruneKeep : m.pruneForget)}
								</b>,
								sentence(x.reasons.join("; ")),
							]}
						/>
					))}
				</Rows>
			)}
			{prune.error && <FailureNote error={prune.error} title={say(m.pruneNot)} />}
			<Group justify="flex-end" gap="xs">
				<Button variant="default" onClick={props.onClose} data-autofocus>
					{say(nothing && p.waiting === 0 ? m.close : m.keep)}
				</Button>
				{props.may && !(nothing && p.waiting === 0) && (
					<Button color="red" loading={prune.isPending} onClick={() => prune.mutate()}>
						{say(m.pruneAct)}
					</Button>
				)}
			</Group>
		</Stack>
	);
}
