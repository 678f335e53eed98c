import { describe, expect, it } from "vitest";
import { columnsOf, sorted, sortingOf, sortText } from "./columns";

describe("sorted", () => {
	it.each([
		["", "year", false, "year"],
		["year", "year", false, "-year"],
		["-year", "year", false, ""],
		["-year", "price", false, "price"],
		["-year", "price", true, "-year,price"],
		["-year,price", "price", true, "-year,-price"],
		["-year,-price", "year", true, "-price"],
		["a,b,c,d", "e", true, "a,b,c,d"],
	])("%j with a click on %s (more: %s) is %j", (now, field, more, want) =>
		expect(sortText(sorted(sortingOf(now), field, more))).toBe(want),
	);
});

describe("columnsOf", () => {
	it("takes those that it knows, and own fields, and no costs from who may not see them", () => {
		expect(columnsOf(["vin", "paid", "stock", "field:Lane", "field:"], false).map((c) => c.name)).toEqual([
			"stock",
			"field:Lane",
		]);
		expect(columnsOf(["paid"], true).map((c) => c.name)).toEqual(["paid"]);
	});
});
