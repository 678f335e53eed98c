import { ActionIcon, Badge, Chip, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Changed, isChanged } from "../../components/Changed";
import { FailureNote } from "../../components/FailureNote";
import { useWrite } from "../../hooks/useWrite";
import { metaQuery } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { historyQuery, type Kept, removeNote, removeRecord, type Vehicle } from "./api";
import { EventIcon } from "./EventIcon";
import { called, type Event, eventNames, eventsOf } from "./events";
import { records as m, overview, m as page } from "./messages";
import { RecordForm, recordNames } from "./RecordForm";
import classes from "./Timeline.module.css";

const removedBy = {
	service: m.removedService,
	fuel: m.removedFuel,
	reading: m.removedReading,
	note: m.removedNote,
};

const kinds = ["service", "fuel", "reading", "note"] as const;

/** One stream of everything that happened to the vehicle, the newest first. */
export function Timeline({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const meta = useQuery(metaQuery);
	const { record } = useSearch({ from: "/vehicles/$id" });
	const [shown, setShown] = useState<string[]>([...kinds]);
	const [editing, setEditing] = useState<Kept>();
	const q = useQuery(historyQuery(v.id));
	const ready = q.data !== undefined;
	useEffect(() => {
		if (!record || !ready) return;
		setShown([...kinds]);
		const row = document.getElementById(`record-${record}`);
		row?.scrollIntoView({ block: "center" });
		row?.focus({ preventScroll: true });
	}, [record, ready]);
	const remove = useWrite({
		write: (e: Event) => (e.kept ? removeRecord(v.id, e.kept) : removeNote(v.id, e.id)),
		said: (_, e) => say(removedBy[e.kind], { day: say.day(e.date) }),
	});
	if (q.error)
		return <FailureNote error={q.error} title={say(overview.recordsFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={400} aria-label={say(overview.loading)} />;
	const events = eventsOf(v, q.data, say, meta.data?.serviceKinds);
	const visible = events.filter((e) => shown.includes(e.kind));
	if (events.length === 0) {
		return (
			<Text c="dimmed" py="lg">
				{say(m.nothing)}
			</Text>
		);
	}
	return (
		<Stack gap="sm">
			<Chip.Group multiple value={shown} onChange={setShown}>
				<Group gap="xs" className="no-print" role="group" aria-label={say(m.show)}>
					{kinds.map((k) => (
						<Chip key={k} value={k} size="xs">
							{say(eventNames[k])} {events.filter((e) => e.kind === k).length}
						</Chip>
					))}
				</Group>
			</Chip.Group>
			{record && !events.some((e) => e.id === record) && (
				<Text size="sm" c="dimmed" role="status">
					{say(m.gone)}
				</Text>
			)}
			{isChanged(remove.error) ? (
				<Changed
					what="record"
					onLoad={async () => {
						await q.refetch();
						remove.reset();
					}}
				/>
			) : (
				remove.error && <FailureNote error={remove.error} title={say(m.notRemoved)} />
			)}
			{visible.length === 0 && (
				<Text c="dimmed">
					{say(m.noneMatch, { n: events.length })}{" "}
					<button type="button" className="link" onClick={() => setShown([...kinds])}>
						{say(m.showAll)}
					</button>
				</Text>
			)}
			<ol className={classes.list} aria-label={say(m.timeline)}>
				{visible.map((e) => (
					<Row
						key={e.id}
						event={e}
						here={e.id === record}
						onEdit={setEditing}
						onRemove={() => remove.mutate(e)}
					/>
				))}
			</ol>
			<Modal
				opened={editing !== undefined}
				onClose={() => setEditing(undefined)}
				title={editing ? say(recordNames[editing.kind]) : ""}
				closeButtonProps={{ "aria-label": say(page.close) }}
			>
				{editing && (
					<RecordForm
						key={editing.record.id}
						kind={editing.kind}
						vehicle={v}
						kept={editing}
						onDone={() => setEditing(undefined)}
					/>
				)}
			</Modal>
		</Stack>
	);
}

function Row(props: { event: Event; here: boolean; onEdit: (k: Kept) => void; onRemove: () => void }) {
	const say = useSay();
	const { event: e, here } = props;
	const may = { write: useMay("vehicles.write"), record: useMay("records.write") };
	const kept = may.record ? e.kept : undefined;
	const removes = e.kept ? may.record : may.write;
	return (
		<li
			id={`record-${e.id}`}
			className={classes.event}
			data-here={here || undefined}
			tabIndex={here ? -1 : undefined}
		>
			<EventIcon kind={e.kind} />
			<Text size="sm" c="dimmed">
				{say.day(e.date)}
			</Text>
			<div className={classes.words}>
				<Text
					size="sm"
					fw={e.kind === "note" ? undefined : 550}
					style={{ whiteSpace: "pre-wrap" }}
					title={e.original}
				>
					{e.title}
					{here && (
						<Badge ml="xs" size="sm" tt="none">
							{say(m.thisOne)}
						</Badge>
					)}
				</Text>
				{e.detail && (
					<Text size="sm" c="dimmed">
						{e.detail}
					</Text>
				)}
			</div>
			<div className={`${classes.actions} no-print`}>
				{kept && (
					<ActionIcon
						variant="subtle"
						color="gray"
						onClick={() => props.onEdit(kept)}
						aria-label={say(m.editThe, { what: called(e, say) })}
					>
						<IconPencil size={16} aria-hidden />
					</ActionIcon>
				)}
				{removes && (
					<ActionIcon
						variant="subtle"
						color="gray"
						onClick={props.onRemove}
						aria-label={say(m.removeThe, { what: called(e, say) })}
					>
						<IconTrash size={16} aria-hidden />
					</ActionIcon>
				)}
			</div>
		</li>
	);
}
