import type { Schemas } from "../../lib/api";
import type { Preferences } from "../../lib/queries";
import type { Say } from "../../lib/say";
import type { Kept, RecordDraft, RecordKind } from "./api";
import { records as m } from "./messages";

/** What stands in the form of a record; everything is text as typed. */
export interface Fields {
	date: string;
	odometer: string;
	odometerUnit: "km" | "mi";
	volume: string;
	volumeUnit: Schemas["Volume"]["unit"];
	cost: string;
	currency: string;
	items: ItemFields[];
	workshop: string;
	note: string;
}

export interface ItemFields {
	key: number;
	kind: string;
	text: string;
	cost: string;
	/** Of a cost that is kept; empty takes the reader's own. */
	currency: string;
}

export function blank(date: string, p: Preferences, electric: boolean): Fields {
	return {
		date,
		odometer: "",
		odometerUnit: p.distance,
		volume: "",
		volumeUnit: electric ? "kWh" : p.volume,
		cost: "",
		currency: p.currency,
		items: [{ key: 0, kind: "oil", text: "", cost: "", currency: "" }],
		workshop: "",
		note: "",
	};
}

/** A kept record as it was read: its own unit and currency, not the reader's. */
export function fieldsOf(k: Kept, p: Preferences, say: Say): Fields {
	const f = blank(k.record.date, p, false);
	f.note = k.record.note ?? "";
	if (k.record.odometer) {
		f.odometer = say.typed(k.record.odometer.value);
		f.odometerUnit = k.record.odometer.unit;
	}
	if (k.kind === "fuel") {
		f.volume = say.typed(k.record.volume.value);
		f.volumeUnit = k.record.volume.unit;
		f.cost = k.record.cost ? say.moneyText(k.record.cost) : "";
		f.currency = k.record.cost?.currency ?? p.currency;
	}
	if (k.kind === "service") {
		f.workshop = k.record.workshop ?? "";
		f.items = k.record.items.map((i, key) => ({
			key,
			kind: i.kind,
			text: i.text ?? "",
			cost: i.cost ? say.moneyText(i.cost) : "",
			currency: i.cost?.currency ?? "",
		}));
	}
	return f;
}

/** Which fields hold no amount or number, by their place. */
export function wrongIn(kind: RecordKind, f: Fields, say: Say): Partial<Record<string, string>> {
	const wrong: Partial<Record<string, string>> = {};
	const amount = say(m.writeAmount, { example: say.typed("84.50") });
	const isNumber = (s: string) => say.plain(s) !== undefined;
	if (f.odometer.trim() !== "" && !isNumber(f.odometer))
		wrong.odometer = say(m.writeNumber, { example: "82838" });
	if (kind === "fuel") {
		if (!isNumber(f.volume)) wrong.volume = say(m.writeNumber, { example: say.typed("13.2") });
		if (f.cost.trim() !== "" && !say.amount(f.cost, f.currency)) wrong.cost = amount;
	}
	if (kind === "service") {
		for (const [i, item] of f.items.entries())
			if (item.cost.trim() !== "" && !say.amount(item.cost, item.currency || f.currency))
				wrong[`items/${i}/cost`] = amount;
	}
	return wrong;
}

/** What is sent; fields that the form does not show stay as they are kept. */
export function draftOf(kind: RecordKind, f: Fields, say: Say, kept?: Kept): RecordDraft {
	const note = f.note.trim() || undefined;
	const read = { value: say.plain(f.odometer) ?? "", unit: f.odometerUnit };
	const odometer = read.value === "" ? undefined : read;
	switch (kind) {
		case "reading": {
			const source = kept?.kind === "reading" ? kept.record.source : undefined;
			return { kind, body: { date: f.date, odometer: read, note, source } };
		}
		case "service": {
			const items = f.items.map((i) => ({
				kind: i.kind,
				text: i.text.trim() || undefined,
				cost: i.cost.trim() === "" ? undefined : say.amount(i.cost, i.currency || f.currency),
			}));
			return {
				kind,
				body: { date: f.date, odometer, items, workshop: f.workshop.trim() || undefined, note },
			};
		}
		case "fuel": {
			const volume = { value: say.plain(f.volume) ?? "", unit: f.volumeUnit };
			const cost = f.cost.trim() === "" ? undefined : say.amount(f.cost, f.currency);
			const full = kept?.kind === "fuel" ? kept.record.full : true;
			return { kind, body: { date: f.date, odometer, volume, cost, note, full } };
		}
	}
}
