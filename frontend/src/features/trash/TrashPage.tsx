import { Button, Container, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowBackUp, IconCar, IconFileText } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { toast } from "../../hooks/useWrite";
import { groups } from "../../lib/groups";
import { useRefresh } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { undo } from "../../lib/undo";
import { type Thrown, trashQuery } from "./api";
import { m } from "./messages";
import { Purge } from "./Purge";
import classes from "./Trash.module.css";

/** What was removed and can be brought back, for 30 days. */
export function TrashPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const q = useInfiniteQuery(trashQuery);
	const [purging, setPurging] = useState<Thrown>();
	const items = q.data?.pages.flatMap((p) => p.items) ?? [];
	const batches = groups(items, (t) => t.batch);
	return (
		<Container size="md" py="lg">
			<Title order={1} size="h2">
				{say(m.title)}
			</Title>
			<Text c="dimmed">{say(m.about)}</Text>
			{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton mt="md" height={240} aria-label={say(m.loading)} />}
			{q.data && items.length === 0 && (
				<Stack gap={4} py="lg">
					<Text fw={600}>{say(m.empty)}</Text>
					<Text c="dimmed">{say(m.emptyAbout)}</Text>
				</Stack>
			)}
			<section aria-label={say(m.list)}>
				{batches.map(([batch, rows]) => (
					<Together key={batch} batch={batch} rows={rows} onPurge={setPurging} />
				))}
			</section>
			{q.hasNextPage && (
				<Button mt="md" variant="subtle" loading={q.isFetchingNextPage} onClick={() => q.fetchNextPage()}>
					{say(m.more)}
				</Button>
			)}
			<Purge of={purging} name={purging ? nameOf(purging, say) : ""} onClose={() => setPurging(undefined)} />
		</Container>
	);
}

const records = {
	odometer_readings: m.reading,
	service_records: m.service,
	fuel_records: m.fuel,
};

/** What a row is called: the vehicle, or the record with its day. */
export function nameOf(t: Thrown, say: Say): string {
	const vehicle = t.vehicle?.title ?? t.vehicle?.vin ?? say(m.aVehicle);
	if (t.collection === "vehicles") return vehicle;
	if (t.collection === "attachments") return say(m.of, { what: t.name ?? say(m.attachment), vehicle });
	return say(m.of, { what: say(records[t.collection], { day: say.day(t.date ?? "") }), vehicle });
}

/** What was removed in one step. */
function Together(props: { batch: string; rows: Thrown[]; onPurge: (t: Thrown) => void }) {
	const say = useSay();
	const restore = useRestore(props.batch, () => say(m.restoredMany));
	const many = props.rows.length > 1;
	const may = props.rows.every((t) => t.yours);
	return (
		<section className={many ? classes.group : undefined}>
			{many && (
				<Group justify="space-between" gap="sm" className={classes.together}>
					<Text size="sm" fw={600}>
						{say(m.together)}
					</Text>
					{may && (
						<Button
							size="compact-sm"
							variant="light"
							loading={restore.isPending}
							onClick={() => restore.mutate(undefined)}
							leftSection={<IconArrowBackUp size={14} aria-hidden />}
						>
							{say(m.restoreAll)}
						</Button>
					)}
				</Group>
			)}
			{restore.error && <FailureNote error={restore.error} title={say(m.notRestored)} />}
			<ul className={classes.list}>
				{props.rows.map((t) => (
					<Row key={t.id} of={t} onPurge={() => props.onPurge(t)} />
				))}
			</ul>
		</section>
	);
}

function useRestore(batch: string, said: () => string, open?: string) {
	const say = useSay();
	const refresh = useRefresh();
	const navigate = useNavigate();
	return useMutation({
		mutationFn: (vehicle: string | undefined) => undo(batch, vehicle),
		onSuccess: async ({ batch: written }) => {
			await refresh();
			const see = open ? (
				<button
					type="button"
					className="link"
					onClick={() => void navigate({ to: "/vehicles/$id", params: { id: open } })}
				>
					{say(m.see)}
				</button>
			) : undefined;
			toast(say, said(), [written], refresh, see);
		},
	});
}

function Row({ of: t, onPurge }: { of: Thrown; onPurge: () => void }) {
	const say = useSay();
	const what = nameOf(t, say);
	const vehicle = t.collection === "vehicles";
	const restore = useRestore(t.batch, () => say(m.restored, { what }), t.vehicle?.id);
	// A record can't stand without its vehicle.
	const alone = !vehicle && t.vehicle?.gone;
	const mayPurge = useMay("trash.purge");
	return (
		<li className={classes.row}>
			<span className={classes.icon}>
				{vehicle ? <IconCar size={18} aria-hidden /> : <IconFileText size={18} aria-hidden />}
			</span>
			<div className={classes.words}>
				<Text size="sm" fw={550}>
					{what}
				</Text>
				{vehicle && t.vehicle?.vin && t.vehicle.vin !== what && (
					<Text size="xs" ff="monospace">
						{t.vehicle.vin}
					</Text>
				)}
				<Text size="xs" c="dimmed">
					{[
						vehicle && say(m.records, { n: t.records }),
						say(m.removedBy, { moment: say.moment(t.at), who: t.by }),
						say(m.until, { day: say.day(t.expires) }),
					]
						.filter(Boolean)
						.join(" · ")}
				</Text>
				{alone && <Text size="xs">{say(m.vehicleGone)}</Text>}
				{restore.error && <FailureNote error={restore.error} title={say(m.notRestored)} />}
			</div>
			<div className={classes.actions}>
				{t.yours && (
					<Button
						size="compact-sm"
						variant="default"
						disabled={alone}
						loading={restore.isPending}
						onClick={() => restore.mutate(t.vehicle?.id)}
						leftSection={<IconArrowBackUp size={14} aria-hidden />}
						aria-label={say(m.restoreOf, { what })}
					>
						{say(m.restore)}
					</Button>
				)}
				{mayPurge && (
					<Button
						size="compact-sm"
						variant="subtle"
						color="red"
						onClick={onPurge}
						aria-label={say(m.purgeOf, { what })}
					>
						{say(m.purge)}
					</Button>
				)}
			</div>
		</li>
	);
}
