import { Badge, Chip, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconGasStation, IconGauge, IconNote, IconTool } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ComponentType, useEffect, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { day, distance, money } from "../../lib/format";
import { type Preferences, usePreferences } from "../../lib/queries";
import { type History, historyQuery, type Vehicle } from "./api";
import classes from "./Timeline.module.css";

type Kind = "service" | "fuel" | "reading" | "note";

interface Event {
	id: string;
	kind: Kind;
	date: string;
	title: string;
	detail: string;
}

const kinds: Record<Kind, { name: string; icon: ComponentType<{ size?: number; stroke?: number }> }> = {
	service: { name: "Service", icon: IconTool },
	fuel: { name: "Fuel", icon: IconGasStation },
	reading: { name: "Odometer", icon: IconGauge },
	note: { name: "Notes", icon: IconNote },
};

/** One stream of everything that happened to the vehicle, the newest first. */
export function Timeline({ vehicle: v }: { vehicle: Vehicle }) {
	const p = usePreferences();
	const { record } = useSearch({ from: "/vehicles/$id" });
	const [shown, setShown] = useState<string[]>(Object.keys(kinds));
	const q = useQuery(historyQuery(v.id));
	const ready = q.data !== undefined;
	useEffect(() => {
		if (record && ready) document.getElementById(`record-${record}`)?.scrollIntoView({ block: "center" });
	}, [record, ready]);
	if (q.error) return <FailureNote error={q.error} title="The records could not be read" />;
	if (!q.data) return <Skeleton height={400} aria-label="Loading records" />;
	const events = eventsOf(v, q.data, p);
	const visible = events.filter((e) => shown.includes(e.kind));
	if (events.length === 0) {
		return <Text c="dimmed">Nothing is recorded yet. Add an odometer reading, a service or a filling.</Text>;
	}
	return (
		<Stack gap="sm">
			<Chip.Group multiple value={shown} onChange={setShown}>
				<Group gap="xs">
					{(Object.keys(kinds) as Kind[]).map((k) => (
						<Chip key={k} value={k} size="xs">
							{kinds[k].name} {events.filter((e) => e.kind === k).length}
						</Chip>
					))}
				</Group>
			</Chip.Group>
			{visible.length === 0 && (
				<Text c="dimmed">
					0 of {events.length} match.{" "}
					<button type="button" className="link" onClick={() => setShown(Object.keys(kinds))}>
						Show all
					</button>
				</Text>
			)}
			<ol className={classes.list}>
				{visible.map((e) => {
					const Icon = kinds[e.kind].icon;
					return (
						<li
							key={e.id}
							id={`record-${e.id}`}
							className={classes.event}
							data-here={e.id === record || undefined}
						>
							<Icon size={18} stroke={1.6} aria-hidden />
							<Text size="sm" c="dimmed" className={classes.date}>
								{day(e.date)}
							</Text>
							<div>
								<Text size="sm" fw={550}>
									{e.title}
									{e.id === record && (
										<Badge ml="xs" size="sm" tt="none">
											this is the record
										</Badge>
									)}
								</Text>
								{e.detail && (
									<Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
										{e.detail}
									</Text>
								)}
							</div>
						</li>
					);
				})}
			</ol>
		</Stack>
	);
}

function eventsOf(v: Vehicle, h: History, p: Preferences): Event[] {
	const join = (...parts: (string | undefined | false)[]) => parts.filter(Boolean).join(" · ");
	const events: Event[] = [
		...h.readings.map(({ record: r }) => ({
			id: r.id,
			kind: "reading" as const,
			date: r.date,
			title: distance(r.odometer.meters, p),
			detail: join(`read by ${r.source ?? "person"}`, r.note),
		})),
		...h.services.map(({ record: r }) => {
			const costs = r.items.flatMap((i) => (i.cost ? [i.cost] : []));
			const currency = costs[0]?.currency;
			const total = costs.reduce((sum, c) => sum + (c.currency === currency ? c.minor : 0), 0);
			return {
				id: r.id,
				kind: "service" as const,
				date: r.date,
				title: r.items.map((i) => i.text || i.kind).join(", "),
				detail: join(
					currency && money({ minor: total, currency }),
					r.odometer && distance(r.odometer.meters, p),
					r.workshop,
					r.note,
				),
			};
		}),
		...h.fuel.map(({ record: r }) => ({
			id: r.id,
			kind: "fuel" as const,
			date: r.date,
			title: `${r.volume.value} ${r.volume.unit === "gal" ? "gal" : r.volume.unit}`,
			detail: join(r.cost && money(r.cost), r.odometer && distance(r.odometer.meters, p), r.note),
		})),
		...v.notes.map((n) => ({ id: n.id, kind: "note" as const, date: n.at, title: n.text, detail: "" })),
	];
	return events.sort(
		(a, b) => b.date.slice(0, 10).localeCompare(a.date.slice(0, 10)) || b.id.localeCompare(a.id),
	);
}
