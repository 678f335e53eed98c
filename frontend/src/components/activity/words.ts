import type { Message } from "../../lib/catalogue";
import type { Say } from "../../lib/say";
import { stageName } from "../../lib/stages";
import type { Activity, FieldChanged } from "./api";
import { collections, fields, joined, m } from "./messages";

const one: Partial<Record<Activity["deed"], Message>> = {
	created: m.created,
	edited: m.edited,
	removed: m.removed,
	undone: m.undone,
	redone: m.redone,
};
const many: Partial<Record<Activity["deed"], Message>> = {
	created: m.createdMany,
	edited: m.editedMany,
	removed: m.removedMany,
	record_added: m.recordsAdded,
	record_changed: m.recordsChanged,
	record_removed: m.recordsRemoved,
	undone: m.undoneMany,
	redone: m.redoneMany,
};
const records: Partial<Record<Activity["deed"], Message>> = {
	record_added: m.recordAdded,
	record_changed: m.recordChanged,
	record_removed: m.recordRemoved,
};
const kinds: Record<string, Message> = {
	odometer_readings: m.reading,
	service_records: m.service,
	fuel_records: m.fuel,
	attachments: m.attachment,
};

/** What somebody did, as a sentence without its stop. */
export function deedOf(a: Activity, say: Say): string {
	const vehicle = a.vehicle?.title ?? a.vehicle?.vin ?? say(m.aVehicle);
	switch (a.deed) {
		case "imported":
			return say(m.imported, { n: a.vehicles });
		case "bulk_edited":
			return say(m.bulkEdited, { n: a.vehicles });
		case "merged":
			return say(m.merged, { vehicle });
		case "sample_loaded":
			return say(m.sampleLoaded);
		case "sample_removed":
			return say(m.sampleRemoved);
		case "purged":
			return say(m.purged);
	}
	const several = many[a.deed];
	if (a.vehicles > 1 && several) return say(several, { n: a.vehicles });
	const record = records[a.deed];
	if (record) {
		const what = kinds[a.touched.find((t) => t.collection !== "vehicles")?.collection ?? ""] ?? m.record;
		return say(record, { what: say(what), vehicle });
	}
	return say(one[a.deed] ?? m.edited, { vehicle });
}

/** What a field is called: "Stock number", "Claimed: model year". */
export function fieldName(path: string, say: Say): string {
	const [outer = "", inner] = path.split("/").filter(Boolean);
	const name = (key: string) => (key in fields ? say(fields[key as keyof typeof fields]) : key);
	// An amount and a distance are shown as one value.
	if (inner === undefined || ["asking", "paid", "soldFor", "cost", "odometer", "volume"].includes(outer))
		return name(outer);
	return say(joined.inside, { outer: name(outer), inner: name(inner) });
}

/** The fields that a write went over, in words, each once. */
export function fieldsOf(a: Activity, say: Say): string {
	if (!["edited", "record_changed"].includes(a.deed)) return "";
	const names = [...new Set(a.touched.flatMap((t) => t.fields))]
		.filter((f) => !hidden.includes(f))
		.map((f) => fieldName(`/${f}`, say));
	if (names.length === 0) return "";
	const rest = names.length - 4;
	return rest > 0 ? say(m.andMore, { fields: say.list(names.slice(0, 4)), n: rest }) : say.list(names);
}

export const collectionName = (c: keyof typeof collections, say: Say): string => say(collections[c]);

const hidden = ["updated", "created", "id", "vehicleId", "location", "group", "owner"];

/** One row of what changed, as a person reads it. */
export interface Row {
	path: string;
	name: string;
	before: string;
	after: string;
}

/** The fields that changed, with amounts, distances and volumes put together again. */
export function rowsOf(changes: FieldChanged[], say: Say): Row[] {
	const at = new Map(changes.map((c) => [c.path, c]));
	const rows: Row[] = [];
	for (const c of changes) {
		const [, outer = "", inner] = c.path.split("/");
		if (inner === "currency" && at.has(`/${outer}/minor`)) continue;
		const measured = inner === "value" || inner === "unit";
		if (measured && (at.has(`/${outer}/meters`) || at.has(`/${outer}/milliliters`))) continue;
		const side = (v: unknown, which: "before" | "after"): string => {
			if (v === undefined || v === null || v === "") return "";
			if (inner === "meters" && typeof v === "number") return say.distance(v);
			if (inner === "milliliters" && typeof v === "number")
				return say.volume({ value: String(v / 1000), unit: "L", milliliters: v });
			if (inner === "minor" && typeof v === "number") {
				const currency = at.get(`/${outer}/currency`)?.[which];
				return typeof currency === "string" ? say.money({ minor: v, currency }) : say.number(v / 100, 2);
			}
			if (outer === "stage" && typeof v === "string") return stageName(v as never, say);
			return valueText(v, say);
		};
		rows.push({
			path: c.path,
			name: fieldName(c.path, say),
			before: side(c.before, "before"),
			after: side(c.after, "after"),
		});
	}
	return rows;
}

/** A value of a document in words; of an object its text, or its name. */
function valueText(v: unknown, say: Say): string {
	if (typeof v === "string") return /^\d{4}-\d{2}-\d{2}(T|$)/.test(v) ? say.day(v) : v;
	if (typeof v === "number") return String(v);
	if (typeof v === "boolean") return say(v ? m.yes : m.no);
	if (Array.isArray(v))
		return v
			.map((x) => valueText(x, say))
			.filter(Boolean)
			.join(", ");
	if (typeof v === "object" && v !== null) {
		const o = v as Record<string, unknown>;
		for (const k of ["text", "name", "title", "kind", "value"])
			if (typeof o[k] === "string" && o[k] !== "") return o[k];
		return say(m.entries, { n: Object.keys(o).length });
	}
	return "";
}
