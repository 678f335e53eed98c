import { describe, expect, it } from "vitest";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import type { Backup } from "./api";
import { placeOf, restoreFrom } from "./command";
import { outcome } from "./JobLine";
import { keyOf, warnings } from "./warnings";
import {
	ends,
	estimateText,
	keepText,
	lagWords,
	lasting,
	light,
	nameOf,
	placed,
	reached,
	round,
	statusLine,
	strength,
	told,
	took,
} from "./words";

const say = sayFor({ ...unset, dates: "iso" });
const at = (hour: number, minute: number) => new Date(2026, 10, 23, hour, minute).toISOString();
const noon = new Date(2026, 10, 23, 12, 0);

const backup = (part: Partial<Backup> = {}): Backup => ({
	id: "b",
	rev: 1,
	name: "Disk",
	kind: "folder",
	where: "/mnt/backup",
	added: at(1, 0),
	paused: false,
	preset: "continuous",
	setUp: true,
	ask: [],
	phase: "shipping",
	head: 10,
	shipped: 10,
	lagSeconds: 0,
	bytes: 412_000_000,
	objects: 9,
	through: at(3, 10),
	checkpoint: {},
	verify: {},
	test: {},
	testTookMs: 0,
	testDocuments: 0,
	green: false,
	alerts: [],
	...part,
});

describe("the status line", () => {
	it("says what ux.md wants", () => {
		const b = backup({ test: { tried: at(3, 14), well: at(3, 14) }, next: at(15, 10), preset: "nightly" });
		expect(statusLine(b, say, noon)).toBe("Last backup 03:10 · 412 MB · verified restore 03:14 · next 15:10");
	});
	it.each([
		[backup({ setUp: false }), "No backup has been begun here"],
		[
			backup({ through: undefined, bytes: 0 }),
			"Nothing is backed up yet · no restore tried yet · sent as you work",
		],
		[
			backup({ test: { well: at(3, 14), why: "x" } }),
			"Last backup 03:10 · 412 MB · the last restore test failed · sent as you work",
		],
		[backup({ paused: true }), "Last backup 03:10 · 412 MB · no restore tried yet · paused"],
		[
			backup({ preset: "on_demand" }),
			"Last backup 03:10 · 412 MB · no restore tried yet · next when you ask",
		],
		[
			backup({ preset: "quarter" }),
			"Last backup 03:10 · 412 MB · no restore tried yet · next after the next change",
		],
	])("is honest about the rest: %#", (b, want) => {
		expect(statusLine(b, say, noon)).toBe(want);
	});
	it("waits for the answer after a restore", () => {
		const alerts: Backup["alerts"] = [{ code: "paused_after_restore", severe: true, what: "x", remedy: "y" }];
		expect(statusLine(backup({ alerts }), say, noon)).toBe(
			"Nothing of this store is backed up yet · waits for your answer",
		);
	});
	it("names the day of another day", () => {
		expect(statusLine(backup(), say, new Date(2026, 10, 24, 1, 0))).toContain("2026-11-23, 03:10");
	});
});

it("is green only where the hub says that a restore was proven", () => {
	const severe = { code: "stale", severe: true, what: "x", remedy: "y" } as const;
	expect(light(backup({ green: true })).light).toBe("good");
	expect(light(backup({ test: { well: at(3, 14) } })).light).toBe("plain");
	expect(light(backup({ alerts: [severe] })).light).toBe("bad");
	expect(light(backup({ alerts: [{ ...severe, code: "paused_after_restore" }] })).light).toBe("warn");
	expect(light(backup({ paused: true, alerts: [{ ...severe, code: "paused" }] })).light).toBe("warn");
	expect(light(backup({ setUp: false, alerts: [{ ...severe, code: "not_set_up" }] })).light).toBe("warn");
});

it("tells how far it is behind", () => {
	expect(lagWords(backup(), say)).toBe("Every change is in the backup.");
	expect(lagWords(backup({ head: 13, lagSeconds: 2 }), say)).toBe(
		"3 changes are on the way; the oldest was made 2 seconds ago.",
	);
	expect(lagWords(backup({ head: 11, preset: "nightly" }), say)).toBe("1 change waits for the next backup.");
	expect(lagWords(backup({ phase: "away", head: 12 }), say)).toContain("2 changes wait here");
	expect(lagWords(backup({ phase: "" }), say)).toBeUndefined();
});

it("says lengths of time in one unit", () => {
	expect([1, 100, 600, 7_300, 400_000].map((s) => lasting(s, say))).toEqual([
		"1 second",
		"100 seconds",
		"10 minutes",
		"2 hours",
		"5 days",
	]);
});

it("rounds an estimate to what it is worth", () => {
	expect([7, 99, 53_578, 1_234_567].map(round)).toEqual([7, 99, 54_000, 1_200_000]);
	const e = {
		classA: 53_578,
		classB: 52_491,
		deletes: 52_480,
		uploaded: 152e6,
		downloaded: 127e6,
		stored: 76e6,
		writesPerDay: 2000,
	};
	expect(estimateText(e, say)).toBe(
		"About 160,000 requests a month, 54,000 of them writes and lists; 152 MB sent; 76 MB stored in the long run.",
	);
});

it("puts the keep rules into a sentence", () => {
	const k = { last: 3, hourly: 0, daily: 7, weekly: 5, monthly: 12, yearly: 3, days: 7 };
	expect(keepText(k, say)).toBe(
		"Any second of the last 7 days, and whole copies: the newest 3, 7 daily, 5 weekly, 12 monthly, and 3 yearly. The last good chain is never deleted.",
	);
	expect(keepText({ ...k, last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, days: 1 }, say)).toBe(
		"Any second of the last day. The last good chain is never deleted.",
	);
});

it.each([
	["", "short"],
	["elevensigns", "short"],
	["aaaaaaaaaaaaaaaaaaaaaaaaaaa", "weak"],
	["abcabcabcabcabcabc", "weak"],
	["password1234", "weak"],
	["a longer phrase!", "good"],
	["harbour violin copper meadow", "strong"],
	["harbour violin copper meadow glass", "strong"],
	["river-stone-lamp-oak", "good"],
])("weighs a passphrase: %s is %s", (pass, want) => {
	expect(strength(pass)).toBe(want);
});

describe("a moment on the line", () => {
	const p = {
		reaches: [
			{ line: 1, from: "2026-11-20T10:00:00Z", to: "2026-11-20T12:00:00Z" },
			{ line: 2, from: "2026-11-22T10:00:00Z", to: "2026-11-22T12:00:00Z" },
		],
		points: [
			{ line: 1, seq: 1, time: "2026-11-20T10:00:00Z", bytes: 1, whole: true },
			{ line: 1, seq: 2, time: "2026-11-21T10:00:00Z", bytes: 1, whole: false },
		],
	};
	it.each([
		["2026-11-20T11:00:00Z", { kind: "any", at: "2026-11-20T11:00:00.000Z" }],
		["2026-11-22T12:00:00.500Z", { kind: "any", at: "2026-11-22T12:00:00.500Z" }],
		["2026-11-21T11:00:00Z", { kind: "before", at: "2026-11-20T12:00:00Z" }],
		["2026-11-19T11:00:00Z", { kind: "none" }],
	])("%s", (t, want) => {
		expect(reached(new Date(t), p)).toEqual(want);
	});
	it("lies between the ends", () => {
		const e = ends(p);
		expect(e && new Date(e.from).toISOString()).toBe("2026-11-20T10:00:00.000Z");
		expect(e && placed({ line: 2, from: "2026-11-22T10:00:00Z", to: "2026-11-22T12:00:00Z" }, e)).toEqual({
			start: 96,
			width: 4,
		});
		expect(ends({ reaches: [], points: [] })).toBeUndefined();
	});
});

it("names a place after its bucket or folder", () => {
	expect(nameOf({ kind: "folder", folder: "/mnt/my backup/" })).toBe("my backup");
	expect(nameOf({ kind: "s3", s3: { bucket: "shop " }, prefix: "/hub/" })).toBe("shop/hub");
});

it("writes the command of the bare machine", () => {
	expect(restoreFrom({ kind: "folder", folder: "/mnt/b c" })).toBe(
		"hubcap restore --from '/mnt/b c' --into ./restored",
	);
	const s3 = { endpoint: "https://s3.example.com", bucket: "shop", accessKey: "k", pathStyle: true };
	expect(placeOf({ kind: "s3", s3, prefix: "hub" })).toBe("s3://shop/hub?endpoint=https://s3.example.com");
	expect(placeOf({ kind: "s3", s3: { ...s3, pathStyle: false, region: "eu" } })).toBe(
		"s3://shop?endpoint=https://s3.example.com&region=eu&path_style=false",
	);
});

it("tells the severe ones first, and leaves out what was hidden", () => {
	const soon = { code: "clock", severe: false, what: "x", remedy: "y" } as const;
	const list = [
		backup({ alerts: [soon] }),
		backup({ id: "c", alerts: [{ ...soon, code: "stale", severe: true }] }),
	];
	const all = warnings(list, new Set());
	expect(all.map((a) => a.code)).toEqual(["stale", "clock"]);
	expect(warnings(list, new Set(all.map(keyOf))).map((a) => a.code)).toEqual(["stale"]);
});

it("says what came of a job", () => {
	expect(outcome({ kind: "backup_test", result: { documents: 420, took_ms: 1_500 } }, say)).toBe(
		"The restore came out right: 420 documents, the same as here, in 1.5 s.",
	);
	expect(outcome({ kind: "backup_prune", result: { marked: 0, deleted: 0 } }, say)).toBe(
		"Nothing was marked and none was deleted. What is marked is deleted a day later.",
	);
	expect(outcome({ kind: "backup_restore", result: {} }, say)).toBe("");
});

it("begins a sentence with a capital letter, but leaves a name alone", () => {
	expect(told("nobody has confirmed it", "disk")).toBe("Nobody has confirmed it.");
	expect(told("disk is paused: nothing is sent", "disk")).toBe("disk is paused: nothing is sent.");
	expect([3, 1_540, 61_000].map((n) => took(n, say))).toEqual(["0.1 s", "1.5 s", "61 seconds"]);
});
