import { Button, Checkbox, Container, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { NotPermitted } from "../../components/access/NotPermitted";
import { FailureNote } from "../../components/FailureNote";
import { toast, useWrite } from "../../hooks/useWrite";
import { jobQuery } from "../../lib/jobs";
import { useRefresh } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { accept, acceptAll, changesQuery } from "./api";
import { Changed } from "./Changed";
import { m } from "./messages";

/** One write accepts so many at most. */
const most = 200;

/** The saved vehicles that the release in use reads otherwise: a person accepts, one, some or all. */
export function ChangesPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const client = useQueryClient();
	const q = useInfiniteQuery(changesQuery);
	const [chosen, setChosen] = useState<string[]>([]);
	const fresh = () => client.invalidateQueries({ queryKey: ["vpic"] });
	const some = useWrite({
		write: (ids: string[]) => accept(ids),
		said: (r) => saidOf(r.accepted, r.stale, say),
		onDone: async (_, ids) => {
			setChosen((old) => old.filter((id) => !ids.includes(id)));
			await fresh();
		},
		onUndone: fresh,
	});
	const all = useAcceptAll();
	const may = useMay("vpic.manage");
	const items = q.data?.pages.flatMap((p) => p.items) ?? [];
	const ids = items.map((c) => c.vehicleId);
	const taken = ids.filter((id) => chosen.includes(id)).slice(0, most);
	const choose = (id: string, on: boolean) =>
		setChosen((old) => (on ? [...old, id] : old.filter((o) => o !== id)));
	const busy = some.isPending || all.busy;
	const error = some.error ?? all.error;
	if (!may) return <NotPermitted />;
	return (
		<Container size="md" py="lg">
			<Stack gap="md">
				<div>
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Text c="dimmed">{say(m.about)}</Text>
				</div>
				{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
				{error && <FailureNote error={error} title={say(m.notAccepted)} />}
				{q.isPending && !q.error && <Skeleton height={240} aria-label={say(m.loading)} />}
				{q.data && items.length === 0 && <Empty />}
				{items.length > 0 && (
					<>
						<Group justify="space-between" gap="sm">
							<Checkbox
								label={say(m.all)}
								checked={taken.length === ids.length}
								indeterminate={taken.length > 0 && taken.length < ids.length}
								onChange={(e) => setChosen(e.currentTarget.checked ? ids : [])}
							/>
							<Group gap="xs">
								<Button
									variant="default"
									disabled={taken.length === 0 || busy}
									loading={some.isPending}
									onClick={() => some.mutate(taken)}
								>
									{say(m.acceptChosen, { n: taken.length })}
								</Button>
								<Button loading={all.busy} disabled={some.isPending} onClick={all.start}>
									{say(m.acceptAll)}
								</Button>
							</Group>
						</Group>
						{all.busy && (
							<Text size="sm" role="status">
								{say(m.working, { n: all.done })}
							</Text>
						)}
						<Stack component="section" gap="sm" aria-label={say(m.list)}>
							{items.map((c) => (
								<Changed
									key={c.vehicleId}
									of={c}
									chosen={chosen.includes(c.vehicleId)}
									busy={busy}
									onChoose={(on) => choose(c.vehicleId, on)}
									onAccept={() => some.mutate([c.vehicleId])}
								/>
							))}
						</Stack>
					</>
				)}
				{q.hasNextPage && (
					<Button variant="subtle" loading={q.isFetchingNextPage} onClick={() => q.fetchNextPage()}>
						{say(m.more)}
					</Button>
				)}
			</Stack>
		</Container>
	);
}

function Empty() {
	const say = useSay();
	return (
		<Stack gap={4} py="lg" align="flex-start">
			<Text fw={600}>{say(m.empty)}</Text>
			<Text c="dimmed">{say(m.emptyAbout)}</Text>
			<Link to="/settings" hash="vpic" className="link">
				{say(m.toSettings)}
			</Link>
		</Stack>
	);
}

const saidOf = (accepted: number, stale: number, say: Say) =>
	[say(m.accepted, { n: accepted }), stale > 0 && say(m.stale, { n: stale })].filter(Boolean).join(" ");

/** Accepts all in a job, and offers to take all back when it is done. */
function useAcceptAll() {
	const say = useSay();
	const client = useQueryClient();
	const refresh = useRefresh();
	const start = useMutation({ mutationFn: acceptAll });
	const { data: job } = useQuery(jobQuery(start.data?.id ?? ""));
	const state = job?.state;
	// biome-ignore lint/correctness/useExhaustiveDependencies: once, when the job ends
	useEffect(() => {
		if (!job?.ended) return;
		const fresh = async () => {
			await client.invalidateQueries({ queryKey: ["vpic"] });
			await refresh();
		};
		void fresh();
		const got = job.result as { accepted: number; stale: number; batch: string } | undefined;
		if (job.state === "done" && got) toast(say, saidOf(got.accepted, got.stale, say), [got.batch], fresh);
	}, [job?.id, state]);
	return {
		start: () => start.mutate(),
		busy: start.isPending || (start.data !== undefined && !job?.ended),
		done: job?.done ?? 0,
		error: start.error ?? (job?.problem ? new Error(job.problem) : null),
	};
}
