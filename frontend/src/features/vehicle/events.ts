import type { Schemas } from "../../lib/api";
import type { Message } from "../../lib/catalogue";
import type { Say } from "../../lib/say";
import type { History, Kept, Vehicle } from "./api";
import { records as m } from "./messages";

export type EventKind = "service" | "fuel" | "reading" | "note";

/** One thing that happened to a vehicle. */
export interface Event {
	id: string;
	kind: EventKind;
	date: string;
	title: string;
	detail: string;
	/** What stands in the record, where it is shown in another unit. */
	original?: string;
	/** The record behind it; a note has none. */
	kept?: Kept;
}

const sources: Record<string, Message> = { person: m.byPerson, auction: m.atAuction, import: m.fromFile };

/** Everything that happened, the newest first. */
export function eventsOf(v: Vehicle, h: History, say: Say, kinds: Schemas["ServiceKind"][] = []): Event[] {
	const names = new Map(kinds.map((k) => [k.kind, k.name]));
	const join = (...parts: (string | undefined | false)[]) => parts.filter(Boolean).join(" · ");
	const at = (d: { meters: number } | undefined) => d && say(m.at, { distance: say.distance(d.meters) });
	const from = (value: string | undefined) => value && say(m.original, { value });
	const economy = economyOf(h);
	const events: Event[] = [
		...h.readings.map((k): Event => {
			const r = k.record;
			return {
				id: r.id,
				kind: "reading",
				date: r.date,
				title: say(m.odometerAt, { distance: say.distance(r.odometer.meters) }),
				detail: join(say(sources[r.source ?? "person"] ?? m.byPerson), r.note),
				original: from(say.distanceRead(r.odometer)),
				kept: { kind: "reading", ...k },
			};
		}),
		...h.services.map((k): Event => {
			const r = k.record;
			return {
				id: r.id,
				kind: "service",
				date: r.date,
				title: capital(r.items.map((i) => i.text || names.get(i.kind) || i.kind).join(", ")),
				detail: join(total(r.items, say), at(r.odometer), r.workshop, r.note),
				original: from(r.odometer && say.distanceRead(r.odometer)),
				kept: { kind: "service", ...k },
			};
		}),
		...h.fuel.map((k): Event => {
			const r = k.record;
			const driven = economy.get(r.id);
			return {
				id: r.id,
				kind: "fuel",
				date: r.date,
				title: say(r.volume.unit === "kWh" ? m.charged : m.filled, { volume: say.volume(r.volume) }),
				detail: join(
					r.cost && say.money(r.cost),
					at(r.odometer),
					driven && say(m.economySince, { economy: say.economy(driven.meters, driven.milliliters) }),
					r.note,
				),
				original: from(say.volumeRead(r.volume)),
				kept: { kind: "fuel", ...k },
			};
		}),
		...v.notes.map((n): Event => ({ id: n.id, kind: "note", date: n.at, title: n.text, detail: "" })),
	];
	return events.sort(
		(a, b) => b.date.slice(0, 10).localeCompare(a.date.slice(0, 10)) || b.id.localeCompare(a.id),
	);
}

/** The costs of a service, a sum for each currency. */
function total(items: Schemas["ServiceItem"][], say: Say): string {
	const sums = new Map<string, number>();
	for (const { cost } of items)
		if (cost) sums.set(cost.currency, (sums.get(cost.currency) ?? 0) + cost.minor);
	return [...sums].map(([currency, minor]) => say.money({ currency, minor })).join(" + ");
}

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/**
 * Distance and fuel between two full tanks, by the record of the second. A
 * filling without an odometer or a distance that runs backwards says nothing;
 * what was filled between them counts along.
 */
export function economyOf(h: History): Map<string, { meters: number; milliliters: number }> {
	const out = new Map<string, { meters: number; milliliters: number }>();
	let from: number | undefined;
	let filled = 0;
	for (const { record: r } of h.fuel.toSorted((a, b) => a.record.date.localeCompare(b.record.date))) {
		if (!r.volume.milliliters) continue;
		filled += r.volume.milliliters;
		if (!r.full) continue;
		const at = r.odometer?.meters;
		if (at !== undefined && from !== undefined && at > from)
			out.set(r.id, { meters: at - from, milliliters: filled });
		from = at;
		filled = 0;
	}
	return out;
}

const calledBy = {
	service: m.calledService,
	fuel: m.calledFuel,
	reading: m.calledReading,
	note: m.calledNote,
};

/** Names an event as a person would call it: "service of Jun 7, 2025". */
export const called = (e: Event, say: Say) => say(calledBy[e.kind], { day: say.day(e.date) });

export const eventNames: Record<EventKind, Message> = {
	service: m.service,
	fuel: m.fuel,
	reading: m.odometer,
	note: m.note,
};
