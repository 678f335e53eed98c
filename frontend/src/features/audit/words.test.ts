import { describe, expect, it } from "vitest";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import type { Entry } from "./api";
import { actorName, placeOf, valueText, whatHappened } from "./words";

const say = sayFor(unset);

const entry = (more: Partial<Entry>): Entry => ({
	n: 7,
	at: "2026-11-23T00:00:00Z",
	event: "data.changed",
	actor: { kind: "user", id: "u1", name: "Olga" },
	subject: {},
	hash: "",
	...more,
});

const doc = (collection: string, more: object = {}) => ({ collection, key: "k1", rev: 2, ...more });

describe("what happened", () => {
	const rows: [string, Partial<Entry>, string][] = [
		["an event of its own", { event: "signin.failed" }, "Tried to sign in, and failed"],
		["an event of a later version", { event: "moon.rose" }, "moon.rose"],
		[
			"something new, by the name that it got",
			{ documents: [doc("roles", { new: true, fields: [{ pointer: "/name", after: "Yard lead" }] })] },
			"Added: role Yard lead",
		],
		[
			"something changed, by the name that the trail knows",
			{ subject: { kind: "users", id: "u2", name: "Sam" }, documents: [doc("users")] },
			"Changed: account Sam",
		],
		[
			"an account that is disabled",
			{
				subject: { kind: "users", id: "u2", name: "Sam" },
				documents: [doc("users", { fields: [{ pointer: "/disabled", before: false, after: true }] })],
			},
			"Disabled: account Sam",
		],
		[
			"a key that is ended",
			{ documents: [doc("api_keys", { fields: [{ pointer: "/ended", after: "2026-11-23T00:00:00Z" }] })] },
			"Ended: API key",
		],
		[
			"several at once",
			{ documents: [doc("invitations", { deleted: true }), doc("invitations", { new: true })] },
			"Removed: invitation and 1 more document",
		],
		[
			"a large write",
			{
				counts: [
					{ collection: "vehicles", documents: 1 },
					{ collection: "fuel_records", documents: 1200 },
				],
			},
			"Wrote vehicle (1) and fuel (1,200)",
		],
		["a collection of a later version", { documents: [doc("moons", { deleted: true })] }, "Removed: moons"],
	];
	for (const [name, e, want] of rows) it(name, () => expect(whatHappened(entry(e), say)).toBe(want));
});

describe("who did it", () => {
	const rows: [string, Entry["actor"], string][] = [
		["a person", { kind: "user", id: "u1", name: "Olga" }, "Olga"],
		["this computer", { kind: "local", id: "", name: "local" }, "this computer"],
		["the hub", { kind: "system", id: "audit", name: "" }, "the hub itself"],
		["nobody", { kind: "", id: "", name: "" }, "nobody signed in"],
	];
	for (const [name, actor, want] of rows) it(name, () => expect(actorName(entry({ actor }), say)).toBe(want));
});

it("says where it is shown, and nothing of what is shown nowhere", () => {
	expect(placeOf(entry({ subject: { kind: "user", id: "u2" } }))).toEqual({
		to: "/people",
		search: { tab: "users", user: "u2" },
	});
	expect(placeOf(entry({ subject: { kind: "vehicles", id: "v1" } }))?.to).toBe("/vehicles/$id");
	expect(placeOf(entry({ subject: { kind: "operation", id: "purge" } }))).toBeUndefined();
	expect(placeOf(entry({ subject: { kind: "users" } }))).toBeUndefined();
});

it("shows values as a person reads them, and no secret", () => {
	expect(valueText("***", say)).toBe("secret");
	expect(valueText(false, say)).toBe("no");
	expect(valueText(["a", "b"], say)).toBe("a, b");
	expect(valueText({ kind: "own" }, say)).toBe('{"kind":"own"}');
	expect(valueText(undefined, say)).toBe("");
});
