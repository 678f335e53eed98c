import { describe, expect, it } from "vitest";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import type { Kept, Vehicle } from "./api";
import * as record from "./recordFields";
import * as vehicle from "./vehicleFields";

const p = unset;
const say = sayFor(unset);

describe("a kept service", () => {
	const kept: Kept = {
		kind: "service",
		rev: 3,
		record: {
			id: "r1",
			vehicleId: "v1",
			date: "2026-01-02",
			odometer: { value: "82838.4", unit: "km", meters: 82_838_400 },
			items: [
				{ kind: "oil", cost: { minor: 8450, currency: "CAD" } },
				{ kind: "brakes", text: "front pads" },
			],
			workshop: "Quick Lane",
		},
	};
	it("goes through the form unchanged, in its own unit and currency", () => {
		expect(record.draftOf("service", record.fieldsOf(kept, p, say), say, kept)).toEqual({
			kind: "service",
			body: {
				date: "2026-01-02",
				odometer: { value: "82838.4", unit: "km" },
				items: [
					{ kind: "oil", text: undefined, cost: { minor: 8450, currency: "CAD" } },
					{ kind: "brakes", text: "front pads", cost: undefined },
				],
				workshop: "Quick Lane",
				note: undefined,
			},
		});
	});
	it("says which amount can't be read", () => {
		const f = record.fieldsOf(kept, p, say);
		const items = f.items.map((i) => ({ ...i, cost: "about 80" }));
		expect(Object.keys(record.wrongIn("service", { ...f, items, odometer: "12k" }, say))).toEqual([
			"odometer",
			"items/0/cost",
			"items/1/cost",
		]);
	});
});

describe("a vehicle", () => {
	// Only what the form reads.
	const v = {
		vin: "4T1BF1FK9FU226704",
		stock: "A-17",
		plate: "",
		stage: "bought",
		tags: ["lot 3", "smells"],
		paid: { minor: 1_470_000, currency: "EUR" },
		intervals: { oil: { km: 8000, months: 6 } },
		claimed: { year: 2016, make: "Toyota" },
		yearHint: 0,
		color: "Silver",
		soldFor: { minor: 1_590_000, currency: "USD" },
		reached: { seen: "2026-11-01", bought: "2026-11-03" },
		fields: { Lane: "B12" },
	} as unknown as Vehicle;
	const currency = { asking: "USD", paid: "EUR" };

	it("goes through the form unchanged, what the form does not show included", () => {
		const d = vehicle.draftOf(v, vehicle.fieldsOf(v, say), currency, say);
		expect(d).toMatchObject({
			vin: v.vin,
			stock: "A-17",
			stage: "bought",
			tags: ["lot 3", "smells"],
			paid: { minor: 1_470_000, currency: "EUR" },
			intervals: { oil: { km: 8000, months: 6 } },
			claimed: { year: 2016, make: "Toyota" },
			color: "Silver",
			soldFor: { minor: 1_590_000, currency: "USD" },
			reached: { seen: "2026-11-01", bought: "2026-11-03" },
			fields: { Lane: "B12" },
		});
		expect(d.plate).toBeUndefined();
	});
	it("says what can't be read", () => {
		const f = { ...vehicle.fieldsOf(v, say), asking: "cheap", claimedYear: "16" };
		expect(Object.keys(vehicle.wrongIn(f, currency, say))).toEqual(["asking", "claimedYear"]);
	});
	it("takes tags apart at commas, each once", () => {
		const f = { ...vehicle.fieldsOf(v, say), tags: "lot 3, , smells,lot 3" };
		expect(vehicle.draftOf(v, f, currency, say).tags).toEqual(["lot 3", "smells"]);
	});
});
