import { describe, expect, it } from "vitest";
import type { Finding } from "./brief";
import { figures, said } from "./findings";
import { unset } from "./queries";
import { sayFor } from "./say";

const say = sayFor(unset);

const finding = (f: Partial<Finding>): Finding => ({
	id: "F1",
	kind: "spec",
	subject: "vehicle",
	metric: "engine",
	value: "",
	unit: "",
	reference: "",
	n: 0,
	direction: "",
	severity: "info",
	dates: [],
	records: [],
	method: "",
	...f,
});

/** The finding as one line. */
const line = (f: Partial<Finding>) => {
	const s = said(finding(f), say);
	const against = s.against ? ` (${s.against})` : "";
	return `${s.about}: ${[s.figure, s.words].filter(Boolean).join(" ")}${against}`;
};

describe("said", () => {
	it.each<[string, Partial<Finding>]>([
		["VIN: decodes clean", { kind: "vin-clean", metric: "error code", direction: "agrees" }],
		[
			"VIN, position 11: is 1, but A fits",
			{ kind: "vin-error", metric: "character 11", value: "1", reference: "A", direction: "differs" },
		],
		[
			"VIN, position 3: Q can't stand in a VIN",
			{ kind: "vin-error", metric: "character 3", value: "Q", direction: "untestable" },
		],
		[
			"VIN: 10 of 17 characters known",
			{ kind: "vin-error", metric: "known characters", value: "10", reference: "17" },
		],
		[
			"Check digit, position 9: is 2, but 7 fits the rest",
			{ kind: "check-digit", value: "2", reference: "7" },
		],
		["Check digit, position 9: 2 does not fit the rest", { kind: "check-digit", value: "2" }],
		[
			"Claimed fuel: gasoline (the VIN says electric)",
			{ kind: "claim", metric: "fuel", value: "gasoline", reference: "electric", direction: "differs" },
		],
		[
			"Claimed make: Ford, and the VIN agrees",
			{ kind: "claim", metric: "make", value: "Ford", direction: "agrees" },
		],
		[
			"Claimed trim: XLT; the VIN does not encode it",
			{ kind: "claim", metric: "trim", value: "XLT", direction: "untestable" },
		],
		[
			"Odometer went back: 147,314 km (after 148,370 km)",
			{ kind: "rollback", value: "147314", reference: "148370", unit: "km" },
		],
		[
			"Cabin air filter change: 552 mi overdue (every 15,000 mi)",
			{
				kind: "service",
				subject: "cabin air filter change",
				value: "552",
				unit: "mi",
				reference: "14913",
				direction: "overdue",
			},
		],
		[
			"Annual inspection: 1 day left (every 12 months)",
			{
				kind: "service",
				subject: "annual inspection",
				value: "1",
				unit: "days",
				reference: "12",
				direction: "due",
			},
		],
		["Recorded services: none of the 7 kinds on file is due", { kind: "on-time", value: "7", n: 7 }],
		[
			"Running cost: $560.68 per 1,000 mi (median of 5 similar vehicles $291.89 per 1,000 mi)",
			{ kind: "cost", value: "560.68", unit: "USD/1000 mi", reference: "291.89", n: 5 },
		],
		[
			"No comparison: 1 similar vehicle here; it takes 5",
			{ kind: "no-comparison", value: "1", reference: "5", n: 1 },
		],
		["Odometer: no reading on file", { kind: "quality", subject: "odometer", value: "0" }],
		["A new kind: 12 mi", { kind: "never seen", subject: "a new kind", value: "12", unit: "mi" }],
	])("%s", (want, f) => expect(line(f)).toBe(want));

	it("never ends in nothing", () => {
		for (const kind of ["vin-clean", "vin-error", "check-digit", "quality", "on-time", "unknown kind"])
			expect(line({ kind })).not.toMatch(/: $/);
	});
});

describe("measured", () => {
	it("agrees in number", () => {
		expect(say.measured("1", "months")).toBe("1 month");
		expect(say.measured("12", "months")).toBe("12 months");
	});
});

describe("figures", () => {
	it("puts the gravest first, each number once, four at most", () => {
		const all = [
			finding({ id: "a", kind: "odometer", value: "9", unit: "mi" }),
			finding({ id: "b", kind: "spec", value: "V6" }),
			finding({ id: "c", kind: "rollback", value: "9", unit: "mi", reference: "12", severity: "critical" }),
			finding({ id: "d", kind: "service", value: "5", unit: "mi", severity: "warning" }),
		];
		expect(figures(all, say).map((f) => f.id)).toEqual(["c", "d"]);
	});
});
