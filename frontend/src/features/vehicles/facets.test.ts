import { describe, expect, it } from "vitest";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import { chosen, facetChips, filtersIn, isChosen, toggled, withoutFilters } from "./facets";

describe("toggled", () => {
	it.each([
		["", "make:ford", "make:ford"],
		["leak", "make:ford", "leak make:ford"],
		["leak make:ford", "make:ford", "leak"],
		["make:fordson", "make:ford", "make:fordson make:ford"],
		['location:"Main lot" leak', 'location:"Main lot"', "leak"],
	])("%j with %j gives %j", (q, clause, want) => expect(toggled(q, clause)).toBe(want));
});

describe("facetChips", () => {
	it("writes values with blanks in quotes and knows which are on", () => {
		const chips = facetChips(
			{
				location: [{ value: "Main lot", count: 21 }],
				stage: [{ value: "in_work", count: 13 }],
				other: [{ value: "x", count: 1 }],
			},
			'brakes location:"Main lot"',
			sayFor(unset),
		);
		expect(chips).toEqual([
			{ clause: "stage:in_work", label: "In work", count: 13, on: false },
			{ clause: 'location:"Main lot"', label: "Main lot", count: 21, on: true },
		]);
	});
});

describe("chosen", () => {
	it.each([
		["", "make", "FORD", "make:ford"],
		["leak make:ford", "make", "BMW", "leak make:bmw"],
		["leak make:ford", "make", "FORD", "leak"],
		["make:ford", "location", "Main lot", 'make:ford location:"Main lot"'],
	])("%j with %s %j is %j", (q, field, value, want) => expect(chosen(q, field, value)).toBe(want));

	it("knows what is on, and takes all of it away", () => {
		const q = 'brakes make:ford location:"Main lot" due:<30d';
		expect(filtersIn(q, ["make", "location"])).toEqual(["make:ford", 'location:"Main lot"']);
		expect(withoutFilters(q, ["make", "location"])).toBe("brakes due:<30d");
		expect(isChosen(q, "location", "Main lot")).toBe(true);
	});
});
