import type { Schemas } from "../../lib/api";
import { day, distance, money } from "../../lib/format";
import type { Preferences } from "../../lib/queries";
import type { History, Kept, Vehicle } from "./api";

export type EventKind = "service" | "fuel" | "reading" | "note";

/** One thing that happened to a vehicle. */
export interface Event {
	id: string;
	kind: EventKind;
	date: string;
	title: string;
	detail: string;
	/** The record behind it; a note has none. */
	kept?: Kept;
}

const volumeUnits: Record<string, string> = { gal: "gal", impgal: "imp gal", L: "L", kWh: "kWh" };
const sources: Record<string, string> = {
	person: "read by a person",
	auction: "stated at an auction",
	import: "from a file",
};

/** Everything that happened, the newest first. */
export function eventsOf(
	v: Vehicle,
	h: History,
	p: Preferences,
	kinds: Schemas["ServiceKind"][] = [],
): Event[] {
	const names = new Map(kinds.map((k) => [k.kind, k.name]));
	const join = (...parts: (string | undefined | false)[]) => parts.filter(Boolean).join(" · ");
	const at = (d: { meters: number } | undefined) => d && `at ${distance(d.meters, p)}`;
	const events: Event[] = [
		...h.readings.map((k): Event => {
			const r = k.record;
			return {
				id: r.id,
				kind: "reading",
				date: r.date,
				title: `Odometer ${distance(r.odometer.meters, p)}`,
				detail: join(sources[r.source ?? "person"], r.note),
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
				detail: join(total(r.items), at(r.odometer), r.workshop, r.note),
				kept: { kind: "service", ...k },
			};
		}),
		...h.fuel.map((k): Event => {
			const r = k.record;
			const unit = volumeUnits[r.volume.unit] ?? r.volume.unit;
			return {
				id: r.id,
				kind: "fuel",
				date: r.date,
				title: `${r.volume.unit === "kWh" ? "Charged" : "Filled"} ${r.volume.value} ${unit}`,
				detail: join(r.cost && money(r.cost), at(r.odometer), r.note),
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
function total(items: Schemas["ServiceItem"][]): string {
	const sums = new Map<string, number>();
	for (const { cost } of items)
		if (cost) sums.set(cost.currency, (sums.get(cost.currency) ?? 0) + cost.minor);
	return [...sums].map(([currency, minor]) => money({ currency, minor })).join(" + ");
}

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/** Names an event as a person would call it: "the service of Jun 7, 2025". */
export const called = (e: Event) => `${eventNames[e.kind].toLowerCase()} of ${day(e.date)}`;

export const eventNames: Record<EventKind, string> = {
	service: "Service",
	fuel: "Fuel",
	reading: "Odometer",
	note: "Note",
};
