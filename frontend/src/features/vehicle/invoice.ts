import type { Schemas } from "../../lib/api";
import type { Message } from "../../lib/catalogue";
import type { Say } from "../../lib/say";
import { invoice as m } from "./messages";
import type { Fields, ItemFields } from "./recordFields";

export type Sheet = Schemas["InvoiceSheet"];
export type Candidate = Schemas["InvoiceCandidate"];
type Line = Schemas["InvoiceLine"];

/** What of an invoice stands in the form. */
export type ReadField = "date" | "odometer" | "total" | "shop" | "number" | "work";

/** What a person took from the text, by field. */
export type Picked = Partial<Record<ReadField, Candidate>>;

/** A part of the text that was found, by where it begins and ends in the page's own string. */
export interface Found {
	field: string;
	from: number;
	to: number;
}

/** The hub counts a text in bytes of UTF-8, a page in UTF-16: this turns the one into the other. */
export function counter(text: string): (byte: number) => number {
	const at: number[] = [];
	let i = 0;
	for (const c of text) {
		const bytes = new TextEncoder().encode(c).length;
		for (let b = 0; b < bytes; b++) at.push(i);
		i += c.length;
	}
	return (byte) => at[byte] ?? text.length;
}

/** A line of the sheet; nothing at all where the hub does not read that field. */
export function lineOf(sheet: Sheet, name: string): Line {
	return (
		sheet.fields.find((f) => f.name === name) ?? {
			name,
			agreement: "absent",
			candidates: [],
		}
	);
}

/** Whether the text says anything of a service: any first line may be a workshop's name, and tells nothing. */
export const saysAnything = (s: Sheet): boolean =>
	s.work.length > 0 || s.fields.some((f) => f.name !== "shop" && f.candidates.length > 0);

/** What is filled in: only what was decided. An amount of several works is nobody's until a person says whose. */
export function filled(sheet: Sheet, currency: string, say: Say): Partial<Fields> {
	const chosen = (name: string) => lineOf(sheet, name).chosen;
	const date = chosen("date");
	const items = sheet.work.map(
		(w, key): ItemFields => ({ key, kind: w.kind, text: "", cost: "", currency: "" }),
	);
	if (items.length === 0) items.push({ key: 0, kind: "other", text: "", cost: "", currency: "" });
	const total = chosen("total");
	let out: Partial<Fields> = { date: date ? date.value : "", items };
	for (const field of ["odometer", "shop", "number"] as const) {
		const c = chosen(field);
		if (c) out = { ...out, ...put(field, c, { ...blankOf, ...out }, say) };
	}
	if (total && items.length === 1) out = { ...out, ...put("total", total, { ...blankOf, ...out }, say) };
	return { ...out, currency };
}

const blankOf = { items: [] as ItemFields[] };

/** Puts a candidate into its field; a total goes to the work of that place, from where it was. */
export function put(
	field: ReadField,
	c: Candidate,
	f: Pick<Fields, "items">,
	say: Say,
	item = 0,
	was?: number,
): Partial<Fields> {
	switch (field) {
		case "date":
			return { date: c.value };
		case "odometer": {
			const unit = c.unit === "km" || c.unit === "mi" ? { odometerUnit: c.unit } : {};
			return { odometer: say.typed(c.value), ...(unit as Pick<Fields, "odometerUnit">) };
		}
		case "shop":
			return { workshop: c.value };
		case "number":
			return { note: say(m.numberNote, { number: c.value }) };
		case "total": {
			const there = { cost: say.typed(c.value), currency: c.unit ?? "" };
			const gone = { cost: "", currency: "" };
			return {
				items: f.items.map((x, i) => (i === item ? { ...x, ...there } : i === was ? { ...x, ...gone } : x)),
			};
		}
		case "work":
			return {};
	}
}

/** One part of the text can be read as two values: a day and a month change places. */
export const isSame = (a: Candidate | undefined, b: Candidate): boolean =>
	a?.from === b.from && a.value === b.value;

/** What a person chooses by: the text, but of a date the day that it would be. */
export const shown = (field: ReadField, c: Candidate, say: Say): string =>
	field === "date" ? say.day(c.value) : c.text;

/** Every part of the text that was found, in its order, none within another. */
export function foundIn(text: string, sheet: Sheet, picked: Picked): Found[] {
	const at = counter(text);
	const all = [
		...sheet.fields.flatMap((f) =>
			one(picked[f.name as ReadField] ?? f.chosen, f.candidates).map((c) => ({
				field: f.name,
				from: at(c.from),
				to: at(c.to),
			})),
		),
		...sheet.work.map((w) => ({ field: "work", from: at(w.from), to: at(w.to) })),
	].sort((a, b) => a.from - b.from || b.to - a.to);
	const out: Found[] = [];
	for (const f of all) if (f.from >= (out.at(-1)?.to ?? 0)) out.push(f);
	return out;
}

const one = (c: Candidate | undefined, all: Candidate[]) => (c ? [c] : all);

const agreed: Record<string, Message> = { both: m.byBoth, rules: m.byRules };
const open: Record<string, Message> = { differ: m.differ, unsure: m.unsure };
const absent: Record<ReadField, Message> = {
	date: m.noDate,
	odometer: m.noOdometer,
	total: m.noTotal,
	shop: m.noShop,
	number: m.noNumber,
	work: m.noWork,
};

/** How a field came to what stands in it, in a few words. */
export function howRead(line: Line, sheet: Sheet, say: Say): string {
	if (line.chosen) return say(agreed[line.agreement] ?? m.byRules, { model: sheet.model ?? "" });
	if (line.candidates.length === 1) return say(m.one);
	if (line.candidates.length > 0) return say(open[line.agreement] ?? m.unsure, { model: sheet.model ?? "" });
	return say(absent[line.name as ReadField] ?? m.noNumber);
}
