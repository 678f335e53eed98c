import { expect, it } from "vitest";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import type { Activity, FieldChanged } from "./api";
import { deedOf, fieldName, fieldsOf, rowsOf } from "./words";

const say = sayFor(unset);
const act = (more: Partial<Activity>) =>
	({
		deed: "edited",
		vehicles: 1,
		vehicle: { id: "v", title: "2015 TOYOTA Camry", vin: "", gone: false },
		touched: [],
		...more,
	}) as Activity;
const touched = (collection: string, fields: string[] = []) =>
	[{ collection, id: "x", done: "changed", fields }] as never;

it.each<[Partial<Activity>, string]>([
	[{ deed: "created" }, "2015 TOYOTA Camry was added"],
	[{ deed: "removed", vehicles: 3 }, "3 vehicles were removed"],
	[{ deed: "record_added", touched: touched("fuel_records") }, "A filling was added to 2015 TOYOTA Camry"],
	[
		{ deed: "record_removed", touched: touched("service_records") },
		"A service of 2015 TOYOTA Camry was removed",
	],
	[{ deed: "undone", vehicles: 63 }, "A change of 63 vehicles was taken back"],
	[{ deed: "purged", vehicle: undefined, vehicles: 0 }, "Something was purged from the trash"],
	[{ deed: "edited", vehicle: undefined }, "a vehicle was changed"],
])("words %j", (more, want) => expect(deedOf(act(more), say)).toBe(want));

it("names the fields, and not those that change with every write", () => {
	const a = act({ touched: touched("vehicles", ["asking", "stock", "updated"]) });
	expect(fieldsOf(a, say)).toBe("Asking price and Stock number");
	expect(fieldsOf(act({ deed: "created", touched: touched("vehicles", ["vin"]) }), say)).toBe("");
	expect(fieldName("/claimed/year", say)).toBe("Claimed: model year");
	expect(fieldName("/newField", say)).toBe("newField");
});

it.each<[string, FieldChanged[], string[]]>([
	[
		"an amount that is new",
		[
			{ path: "/asking/currency", after: "USD" },
			{ path: "/asking/minor", after: 1_250_000 },
		],
		["Asking price:  > $12,500"],
	],
	[
		"an amount in the same currency",
		[{ path: "/asking/minor", before: 100, after: 250 }],
		["Asking price: 1 > 2.5"],
	],
	[
		"a distance",
		[
			{ path: "/odometer/meters", before: 1_609_344, after: 3_218_688 },
			{ path: "/odometer/value", before: "1000", after: "2000" },
		],
		["Odometer: 1,000 mi > 2,000 mi"],
	],
	["a list", [{ path: "/tags", before: [], after: ["fleet", "west"] }], ["Tags:  > fleet, west"]],
	["notes", [{ path: "/notes", after: [{ id: "1", text: "seeps oil", at: "x" }] }], ["Notes:  > seeps oil"]],
	["a stage", [{ path: "/stage", before: "seen", after: "in_work" }], ["Stage: Seen > In work"]],
])("shows %s", (_, changes, want) =>
	expect(rowsOf(changes, say).map((r) => `${r.name}: ${r.before} > ${r.after}`)).toEqual(want),
);
