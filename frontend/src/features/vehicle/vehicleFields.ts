import type { Say } from "../../lib/say";
import type { Draft, Vehicle } from "./api";
import { form as m } from "./messages";

/** What a person can set on a vehicle; everything is text as typed. */
export type Field =
	| ("stock" | "plate" | "stage" | "location" | "group" | "owner" | "tags" | "asking" | "paid" | "yearHint")
	| ("claimedYear" | "claimedMake" | "claimedModel" | "claimedTrim" | "claimedBody")
	| ("claimedFuel" | "claimedDrive" | "claimedTransmission" | "claimedSource")
	| ("claimedSeries" | "claimedCylinders" | "claimedDisplacement" | "claimedDoors" | "claimedGvwr")
	| ("color" | "soldFor" | (typeof dayFields)[number]);
export type Fields = Record<Field, string>;

/** The days of the stages, by stage. */
export const dayFields = ["onSeen", "onBought", "onInWork", "onListed", "onSold"] as const;
const dayOf = {
	onSeen: "seen",
	onBought: "bought",
	onInWork: "in_work",
	onListed: "listed",
	onSold: "sold",
} as const;

/** A field of somebody's own, as typed. */
export interface OwnField {
	name: string;
	text: string;
}

export const ownFieldsOf = (v: Vehicle): OwnField[] =>
	Object.entries(v.fields ?? {})
		.map(([name, text]) => ({ name, text }))
		.sort((a, b) => a.name.localeCompare(b.name));

export function fieldsOf(v: Vehicle, say: Say): Fields {
	const c = v.claimed;
	return {
		stock: v.stock,
		plate: v.plate,
		stage: v.stage,
		location: v.location ?? "",
		group: v.group ?? "",
		owner: v.owner ?? "",
		tags: v.tags.join(", "),
		asking: v.asking ? say.moneyText(v.asking) : "",
		paid: v.paid ? say.moneyText(v.paid) : "",
		claimedYear: c.year ? String(c.year) : "",
		claimedMake: c.make ?? "",
		claimedModel: c.model ?? "",
		claimedTrim: c.trim ?? "",
		claimedBody: c.bodyClass ?? "",
		claimedFuel: c.fuel ?? "",
		claimedDrive: c.drive ?? "",
		claimedTransmission: c.transmission ?? "",
		claimedSource: c.source ?? "",
		yearHint: v.yearHint ? String(v.yearHint) : "",
		claimedSeries: c.series ?? "",
		claimedCylinders: c.cylinders ?? "",
		claimedDisplacement: c.displacement ?? "",
		claimedDoors: c.doors ?? "",
		claimedGvwr: c.gvwr ?? "",
		color: v.color ?? "",
		soldFor: v.soldFor ? say.moneyText(v.soldFor) : "",
		onSeen: v.reached?.seen ?? "",
		onBought: v.reached?.bought ?? "",
		onInWork: v.reached?.in_work ?? "",
		onListed: v.reached?.listed ?? "",
		onSold: v.reached?.sold ?? "",
	};
}

/** In which an amount is read; what has none of its own is in that of the price asked. */
export interface Currency {
	asking: string;
	paid: string;
	soldFor?: string;
}

/** Which fields can't be read, and what to write instead. */
export function wrongIn(f: Fields, currency: Currency, say: Say): Partial<Fields> {
	const wrong: Partial<Fields> = {};
	for (const k of ["asking", "paid", "soldFor"] as const)
		if (f[k].trim() !== "" && !say.amount(f[k], currency[k] ?? currency.asking))
			wrong[k] = say(m.writeAmount, { example: say.number(14_700) });
	for (const k of ["claimedYear", "yearHint"] as const)
		if (f[k].trim() !== "" && !/^(19|20)\d\d$/.test(f[k].trim())) wrong[k] = say(m.writeYear);
	return wrong;
}

/**
 * What is sent: the fields as typed, and what the form does not show as it is
 * kept. The hub keeps what somebody may not see, and an owner that is left out.
 */
export function draftOf(
	v: Vehicle,
	f: Fields,
	currency: Currency,
	say: Say,
	shows = { costs: true, owner: false },
	own = ownFieldsOf(v),
): Draft {
	const text = (k: Field) => f[k].trim() || undefined;
	const amount = (k: "asking" | "paid" | "soldFor") =>
		text(k) ? say.amount(f[k], currency[k] ?? currency.asking) : undefined;
	const reached: Record<string, string> = {};
	for (const k of dayFields) if (f[k] !== "") reached[dayOf[k]] = f[k];
	return {
		vin: v.vin,
		yearHint: Number(f.yearHint) || 0,
		stock: text("stock"),
		plate: text("plate"),
		// The select offers the stages that the server knows, and nothing else.
		stage: f.stage as Draft["stage"],
		location: text("location"),
		group: text("group"),
		tags: f.tags
			.split(",")
			.map((t) => t.trim())
			.filter((t, i, all) => t !== "" && all.indexOf(t) === i),
		asking: amount("asking"),
		paid: shows.costs ? amount("paid") : v.paid,
		owner: shows.owner ? f.owner : undefined,
		intervals: v.intervals,
		color: text("color"),
		soldFor: shows.costs ? amount("soldFor") : v.soldFor,
		reached,
		fields: Object.fromEntries(
			own.map((o) => [o.name.trim(), o.text]).filter(([name, value]) => name !== "" && value?.trim() !== ""),
		),
		claimed: {
			series: text("claimedSeries"),
			cylinders: text("claimedCylinders"),
			displacement: text("claimedDisplacement"),
			doors: text("claimedDoors"),
			gvwr: text("claimedGvwr"),
			year: Number(f.claimedYear) || undefined,
			make: text("claimedMake"),
			model: text("claimedModel"),
			trim: text("claimedTrim"),
			bodyClass: text("claimedBody"),
			fuel: text("claimedFuel"),
			drive: text("claimedDrive"),
			transmission: text("claimedTransmission"),
			source: text("claimedSource"),
		},
	};
}
