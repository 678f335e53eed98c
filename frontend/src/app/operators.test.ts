import { expect, it } from "vitest";
import { completed, completions, fieldOf } from "./operators";

const makes = [
	{ value: "FORD", count: 12 },
	{ value: "Main lot", count: 3 },
];

it.each<[string, string[]]>([
	["", []],
	["m", []],
	["ma", ["make:"]],
	["leak mo", ["model:"]],
	["make:", ["make:ford", 'make:"Main lot"']],
	["make:fo", ["make:ford"]],
	["make:ford", []],
	['location:"main', ['location:"Main lot"']],
	["camry", []],
])("%j may become %j", (q, want) =>
	expect(completions(q, q.includes(":") ? makes : []).map((c) => c.clause)).toEqual(want),
);

it("offers a sample where the values can't be listed", () =>
	expect(completions("year:", []).map((c) => c.clause)).toEqual(["year:2015..2018"]));

it("completes the last word and no other", () => {
	expect(completed("brakes ma", { clause: "make:", whole: false })).toBe("brakes make:");
	expect(completed("brakes make:fo", { clause: "make:ford", whole: true })).toBe("brakes make:ford ");
	expect(fieldOf("brakes make:fo")).toBe("make");
	expect(fieldOf("price:<2")).toBeUndefined();
});
