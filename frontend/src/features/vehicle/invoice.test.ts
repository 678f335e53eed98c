import { describe, expect, it } from "vitest";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import {
	type Candidate,
	counter,
	filled,
	foundIn,
	howRead,
	isSame,
	lineOf,
	put,
	type Sheet,
	saysAnything,
	shown,
} from "./invoice";

const say = sayFor(unset);
const text = "Müller’s 🔧 Garage\nTotal 112.40 or 99.00";
const bytesTo = (part: string) => new TextEncoder().encode(text.slice(0, text.indexOf(part))).length;
/** A part of the text as the hub names it: by bytes. */
const at = (part: string, value = part, unit?: string): Candidate => ({
	text: part,
	value,
	unit,
	from: bytesTo(part),
	to: bytesTo(part) + new TextEncoder().encode(part).length,
});
const sheet = (fields: object[] = [], work: object[] = []): Sheet =>
	({
		fields: fields.map((f) => ({ candidates: [], agreement: "absent", ...f })),
		work,
		model: "SmolLM2",
	}) as never;
const oil = { kind: "oil", text: "Oil change", from: 0, to: 1 };
const brakes = { kind: "brakes", text: "Pads", from: 2, to: 3 };
const total = at("112.40", "112.40", "USD");

it("counts what the hub counts in bytes, past letters of two and four", () => {
	const count = counter(text);
	const c = at("112.40");
	expect(text.slice(count(c.from), count(c.to))).toBe("112.40");
	expect(count(10_000)).toBe(text.length);
});

describe("what is filled in", () => {
	it("is only what was decided", () => {
		const f = filled(
			sheet([
				{ name: "date", candidates: [at("99.00")] },
				{ name: "shop", chosen: at("Garage") },
			]),
			"EUR",
			say,
		);
		expect(f).toMatchObject({ date: "", workshop: "Garage", currency: "EUR" });
		expect(f.items).toMatchObject([{ kind: "other", cost: "" }]);
	});
	it("has the total with the only work, and with none of two", () => {
		const one = filled(sheet([{ name: "total", chosen: total }], [oil]), "EUR", say);
		expect(one.items).toMatchObject([{ kind: "oil", cost: "112.40", currency: "USD" }]);
		const two = filled(sheet([{ name: "total", chosen: total }], [oil, brakes]), "EUR", say);
		expect(two.items?.map((i) => i.cost)).toEqual(["", ""]);
	});
});

it("moves a total from one work to another", () => {
	const { items = [] } = filled(sheet([], [oil, brakes]), "USD", say);
	const first = put("total", total, { items }, say, 0).items ?? [];
	const moved = put("total", total, { items: first }, say, 1, 0).items;
	expect(moved?.map((i) => i.cost)).toEqual(["", "112.40"]);
});

it("takes a unit of distance, and no other", () => {
	expect(put("odometer", at("99.00", "99", "km"), { items: [] }, say)).toEqual({
		odometer: "99",
		odometerUnit: "km",
	});
	expect(put("odometer", at("99.00", "99"), { items: [] }, say)).toEqual({ odometer: "99" });
});

describe("what is marked in the text", () => {
	const s = sheet([
		{ name: "total", candidates: [total, at("99.00")] },
		{ name: "shop", chosen: at("Müller’s 🔧 Garage") },
		{ name: "number", candidates: [at("Garage")] },
	]);
	it("is every candidate until one is picked, and none within another", () => {
		const marks = (picked = {}) => foundIn(text, s, picked).map((f) => text.slice(f.from, f.to));
		expect(marks()).toEqual(["Müller’s 🔧 Garage", "112.40", "99.00"]);
		expect(marks({ total: at("99.00") })).toEqual(["Müller’s 🔧 Garage", "99.00"]);
	});
});

it.each<[string, object, RegExp]>([
	["rules and model", { name: "date", agreement: "both", chosen: total }, /SmolLM2/],
	["rules alone", { name: "date", agreement: "rules", chosen: total }, /^(?!.*SmolLM2)/],
	["two that differ", { name: "date", agreement: "differ", candidates: [total, at("99.00")] }, /SmolLM2/],
	["nothing", { name: "date" }, /./],
])("tells how a field was read by %s", (_, field, want) => {
	const s = sheet([field]);
	expect(howRead(lineOf(s, "date"), s, say)).toMatch(want);
});

it("tells two days apart that one text may mean", () => {
	const [march, april] = [at("99.00", "2026-03-04"), at("99.00", "2026-04-03")];
	expect([march, april].map((c) => shown("date", c, say))).toEqual(["Mar 4, 2026", "Apr 3, 2026"]);
	expect(isSame(march, april)).toBe(false);
	expect(isSame(march, { ...march })).toBe(true);
	expect(shown("total", total, say)).toBe("112.40");
});

it("finds an invoice in more than a first line", () => {
	expect(saysAnything(sheet([{ name: "shop", candidates: [at("Garage")] }]))).toBe(false);
	expect(saysAnything(sheet([], [oil]))).toBe(true);
	expect(saysAnything(sheet([{ name: "total", candidates: [total] }]))).toBe(true);
});
