import { ActionIcon, Badge, Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import {
	IconArrowBackUp,
	IconArrowForwardUp,
	IconChevronDown,
	IconFileImport,
	IconPencil,
	IconPlus,
	IconTrash,
} from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { toast } from "../../hooks/useWrite";
import { today } from "../../lib/format";
import { groups } from "../../lib/groups";
import { useRefresh } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { undo } from "../../lib/undo";
import { FailureNote } from "../FailureNote";
import classes from "./activity.module.css";
import { type Activity, activityQuery } from "./api";
import { Differences } from "./Differences";
import { m } from "./messages";
import { deedOf, fieldsOf } from "./words";

/** Who did what in 30 days, each with one click that takes it back; of one vehicle, or of all. */
export function ActivityList({ vehicle }: { vehicle?: string }) {
	const say = useSay();
	const q = useInfiniteQuery(activityQuery(vehicle));
	const items = q.data?.pages.flatMap((p) => p.items) ?? [];
	if (q.error) return <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={320} aria-label={say(m.loading)} />;
	if (items.length === 0)
		return (
			<Stack gap={4} py="lg">
				<Text fw={600}>{say(vehicle ? m.nothingHere : m.nothing)}</Text>
				<Text c="dimmed">{say(m.nothingAbout)}</Text>
			</Stack>
		);
	const days = groups(items, (a) => today(new Date(a.at)));
	return (
		<section aria-label={say(m.list)}>
			{days.map(([day, rows]) => (
				<section key={day} aria-label={dayName(day, say)}>
					<Title order={2} size="h6" className={classes.day}>
						{dayName(day, say)}
					</Title>
					<ol className={classes.list}>
						{rows.map((a) => (
							<Row key={a.batch} of={a} vehicle={vehicle} />
						))}
					</ol>
				</section>
			))}
			{q.hasNextPage ? (
				<More onMore={() => !q.isFetching && q.fetchNextPage()} busy={q.isFetchingNextPage} />
			) : (
				<Text size="xs" c="dimmed" mt="md">
					{say(m.end)}
				</Text>
			)}
		</section>
	);
}

function dayName(day: string, say: Say): string {
	if (day === today()) return say(m.today);
	if (day === today(new Date(Date.now() - 86_400_000))) return say(m.yesterday);
	return say.day(day);
}

const icons: Partial<Record<Activity["deed"], ReactNode>> = {
	created: <IconPlus size={18} aria-hidden />,
	record_added: <IconPlus size={18} aria-hidden />,
	removed: <IconTrash size={18} aria-hidden />,
	record_removed: <IconTrash size={18} aria-hidden />,
	sample_removed: <IconTrash size={18} aria-hidden />,
	purged: <IconTrash size={18} aria-hidden />,
	imported: <IconFileImport size={18} aria-hidden />,
	sample_loaded: <IconFileImport size={18} aria-hidden />,
	undone: <IconArrowBackUp size={18} aria-hidden />,
	redone: <IconArrowForwardUp size={18} aria-hidden />,
};

function Row({ of: a, vehicle }: { of: Activity; vehicle?: string }) {
	const say = useSay();
	const refresh = useRefresh();
	const [open, setOpen] = useState(false);
	const what = deedOf(a, say);
	const fields = fieldsOf(a, say);
	// What was taken back is done again by taking that back.
	const batch = a.undone ?? a.batch;
	const redo = a.undone !== undefined;
	const act = useMutation({
		// On a vehicle's page an import is taken back for this vehicle alone.
		mutationFn: () => undo(batch, vehicle && a.vehicles > 1 ? vehicle : undefined),
		onSuccess: async ({ value, batch: written }) => {
			await refresh();
			const kept = value.kept > 0 ? ` ${say(m.someKept, { n: value.kept })}` : "";
			toast(say, say(redo ? m.redone2 : m.reverted, { what }) + kept, [written], refresh);
		},
	});
	// Whose work it was and what it wrote the hub looks at; who writes nothing is offered nothing.
	const may = [useMay("vehicles.write"), useMay("records.write")].includes(true);
	const panel = `changes-${a.batch}`;
	return (
		<li className={classes.row}>
			<span className={classes.icon}>{icons[a.deed] ?? <IconPencil size={18} aria-hidden />}</span>
			<div className={classes.words}>
				<Text size="sm" fw={550}>
					{a.vehicle && !a.vehicle.gone && !vehicle && a.vehicles === 1 ? (
						<Link to="/vehicles/$id" params={{ id: a.vehicle.id }} className="link">
							{what}
						</Link>
					) : (
						what
					)}{" "}
					{redo && (
						<Badge size="sm" variant="light" color="gray" tt="none">
							{say(m.takenBack)}
						</Badge>
					)}
				</Text>
				<Text size="xs" c="dimmed" title={a.undoable ? say(m.until, { day: say.day(a.expires) }) : undefined}>
					{[say.moment(a.at), say(m.by, { who: a.by }), fields].filter(Boolean).join(" · ")}
				</Text>
				{act.error && <FailureNote error={act.error} title={say(m.notReverted)} />}
			</div>
			<div className={`${classes.actions} no-print`}>
				{may && (a.undoable || redo) && (
					<Button
						size="compact-sm"
						variant="default"
						loading={act.isPending}
						onClick={() => act.mutate()}
						leftSection={
							redo ? <IconArrowForwardUp size={14} aria-hidden /> : <IconArrowBackUp size={14} aria-hidden />
						}
						aria-label={say(redo ? m.redoOf : m.revertOf, { what })}
					>
						{say(redo ? m.redo : m.revert)}
					</Button>
				)}
				<ActionIcon
					variant="subtle"
					color="gray"
					onClick={() => setOpen(!open)}
					aria-expanded={open}
					aria-controls={open ? panel : undefined}
					aria-label={say(m.show, { what })}
				>
					<IconChevronDown size={18} className={open ? classes.open : undefined} aria-hidden />
				</ActionIcon>
			</div>
			{open && (
				<div className={classes.wide} id={panel}>
					<Differences batch={a.batch} vehicle={vehicle} />
				</div>
			)}
		</li>
	);
}

/** Reads the next page when it comes into view; the button is for who does not scroll. */
function More({ onMore, busy }: { onMore: () => void; busy: boolean }) {
	const say = useSay();
	const box = useRef<HTMLDivElement>(null);
	const more = useRef(onMore);
	more.current = onMore;
	useEffect(() => {
		if (!box.current || !("IntersectionObserver" in globalThis)) return;
		const seen = new IntersectionObserver((e) => e.some((x) => x.isIntersecting) && more.current(), {
			rootMargin: "400px",
		});
		seen.observe(box.current);
		return () => seen.disconnect();
	}, []);
	return (
		<div ref={box}>
			<Button mt="md" variant="subtle" loading={busy} onClick={onMore}>
				{say(m.more)}
			</Button>
		</div>
	);
}
