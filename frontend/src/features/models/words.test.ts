import { describe, expect, it } from "vitest";
import { bytes } from "../../lib/bytes";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import type { Engine, Order } from "./api";
import { jobLeaves, moved, orderOf, placesOf, switched } from "./words";

const engine = (ref: string, away = false, jobs = ["write"]): Engine =>
	({
		ref,
		away,
		title: ref,
		where: "",
		jobs: jobs.map((capability) => ({ capability, standing: "earned" })),
	}) as never;
const order = (refs: string[] = [], never: string[] = []): Order => ({ capability: "write", refs, never });
const text = (places: { engine: Engine; on: boolean }[]) =>
	places.map((p) => (p.on ? p.engine.ref : `-${p.engine.ref}`)).join(" ");

describe("the order of a job", () => {
	const all = [engine("pack/a"), engine("pack/b"), engine("p/c", true), engine("pack/e", false, ["embed"])];

	it.each<[string, Order, string]>([
		["has every model of this machine, and none away", order(), "pack/a pack/b -p/c"],
		["begins with what was set", order(["pack/b"]), "pack/b pack/a -p/c"],
		["has one away where it was put", order(["p/c", "pack/a"]), "p/c pack/a pack/b"],
		["leaves out what is switched off", order([], ["pack/a"]), "pack/b -pack/a -p/c"],
		["passes over what is gone", order(["pack/z", "pack/b"]), "pack/b pack/a -p/c"],
	])("%s", (_, o, want) => expect(text(placesOf(all, o, "write"))).toBe(want));

	it("is written so that it reads the same, and keeps what is away now", () => {
		const places = moved(placesOf(all, order(["pack/z"]), "write"), 1, -1);
		const written = orderOf(places, order(["pack/z"]));
		expect(written).toEqual({ refs: ["pack/b", "pack/a", "pack/z"], never: [] });
		expect(text(placesOf(all, order(written.refs, written.never), "write"))).toBe("pack/b pack/a -p/c");
	});

	it("switches on at the end of those that are on, and off", () => {
		const on = switched(placesOf(all, order(), "write"), "p/c", true);
		expect(orderOf(on, order())).toEqual({ refs: ["pack/a", "pack/b", "p/c"], never: [] });
		const off = switched(on, "pack/a", false);
		expect(orderOf(off, order())).toEqual({ refs: ["pack/b", "p/c"], never: ["pack/a"] });
	});

	it("moves nothing past its ends", () => {
		const places = placesOf(all, order(), "write");
		expect(moved(places, 0, -1)).toBe(places);
		expect(moved(places, 1, 1)).toBe(places);
	});
});

const say = sayFor(unset);

it.each<[number, string]>([
	[94_371_840, "94 MB"],
	[2_147_483_648, "2.1 GB"],
	[900, "900 B"],
])("writes %d bytes as %s", (n, want) => expect(bytes(n, say)).toBe(want));

it("shows the blanks of what is sent as they are", () => {
	expect(jobLeaves("write", say)).toContain("at {F2.value} on {F2.date}.");
});
