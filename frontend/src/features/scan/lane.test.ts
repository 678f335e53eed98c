import { expect, it } from "vitest";
import { add, csvOf, type Lane, Sight, waiting, without, withScan } from "./lane";

const at = new Date("2026-11-23T08:00:00Z");
const empty: Lane = { id: "l", owner: "local", started: at.toISOString(), scans: [] };
const one = "1FTFW1EF0FF107919";
const two = "1M8GDM9AXKP042788";

it("takes a car once", () => {
	const first = add(empty, one, "a", at);
	expect(first.again).toBe(false);
	const second = add(first.lane, one, "b", at);
	expect(second).toMatchObject({ again: true, scan: { id: "a" } });
	expect(second.lane.scans).toHaveLength(1);
	expect(add(second.lane, two, "c", at).lane.scans.map((s) => s.vin)).toEqual([one, two]);
	expect(empty.scans).toEqual([]);
});

it("takes a car anew after it was taken out", () => {
	const lane = without(add(empty, one, "a", at).lane, "a");
	expect(add(lane, one, "b", at).again).toBe(false);
});

it("knows which cars have no answer", () => {
	const lane = add(add(empty, one, "a", at).lane, two, "b", at).lane;
	expect(waiting(lane)).toHaveLength(2);
	const told = withScan(lane, "a", { answer: { title: "2015 FORD F-150", clean: true, remark: "" } });
	expect(waiting(told).map((s) => s.id)).toEqual(["b"]);
});

it("writes lots and notes into columns of their own", () => {
	let lane = add(add(empty, one, "a", at).lane, two, "b", at).lane;
	lane = withScan(withScan(lane, "a", { note: "A-117" }), "b", { note: 'dent, "left"' });
	expect(csvOf(lane)).toBe(
		`VIN,Scanned at,Lot,Notes\r\n${one},2026-11-23T08:00:00.000Z,A-117,\r\n${two},2026-11-23T08:00:00.000Z,,"dent, ""left"""\r\n`,
	);
});

it("tells a car that stays from one that comes back", () => {
	const sight = new Sight(1_000);
	expect(sight.fresh(one, true, 0)).toBe(true);
	for (const now of [100, 900, 1_800]) expect(sight.fresh(one, true, now)).toBe(false);
	expect(sight.fresh(two, true, 1_900)).toBe(true);
	expect(sight.fresh(one, true, 2_900)).toBe(true);
});

it("wants a VIN without a check digit read twice", () => {
	const sight = new Sight(1_000);
	expect(sight.fresh("W1", false, 0)).toBe(false);
	expect(sight.fresh("W2", false, 50)).toBe(false);
	expect(sight.fresh("W2", false, 100)).toBe(true);
	expect(sight.fresh("W2", false, 150)).toBe(false);
});
