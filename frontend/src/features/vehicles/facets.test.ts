import { describe, expect, it } from "vitest";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import { facetChips, toggled } from "./facets";

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
