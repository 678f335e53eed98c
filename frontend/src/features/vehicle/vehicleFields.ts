import type { Say } from "../../lib/say";
import type { Draft, Vehicle } from "./api";
import { form as m } from "./messages";

/** What a person can set on a vehicle; everything is text as typed. */
export type Field =
	| ("stock" | "plate" | "stage" | "location" | "group" | "owner" | "tags" | "asking" | "paid" | "yearHint")
	| ("claimedYear" | "claimedMake" | "claimedModel" | "claimedTrim" | "claimedBody")
	| ("claimedFuel" | "claimedDrive" | "claimedTransmission" | "claimedSource");
export type Fields = Record<Field, string>;

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
	};
}

/** Which fields can't be read, and what to write instead. */
export function wrongIn(f: Fields, currency: { asking: string; paid: string }, say: Say): Partial<Fields> {
	const wrong: Partial<Fields> = {};
	for (const k of ["asking", "paid"] as const)
		if (f[k].trim() !== "" && !say.amount(f[k], currency[k]))
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
	currency: { asking: string; paid: string },
	say: Say,
	shows = { costs: true, owner: false },
): Draft {
	const text = (k: Field) => f[k].trim() || undefined;
	const amount = (k: "asking" | "paid") => (text(k) ? say.amount(f[k], currency[k]) : undefined);
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
		color: v.color,
		soldFor: v.soldFor,
		fields: v.fields,
		claimed: {
			...v.claimed,
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
