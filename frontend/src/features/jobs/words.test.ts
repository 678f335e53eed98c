import { expect, it } from "vitest";
import type { Job } from "../../lib/jobs";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import { inShort, isNews, percentOf, progressOf, stateOf } from "./words";

const say = sayFor(unset);
const job = (more: Partial<Job>) =>
	({ state: "running", done: 0, total: 0, rate: 0, eta: 0, ...more }) as Job;

it.each<[string, Partial<Job>, string]>([
	[
		"a known end",
		{ done: 12, total: 480, rate: 3.42, eta: 137 },
		"12 of 480 · 3.4 a second · 2 minutes left",
	],
	["no known end", { done: 1200 }, "1,200 done"],
	[
		"bytes",
		{ done: 3.1e6, total: 6.3e6, rate: 345_000, eta: 9, note: "bytes" },
		"3 MB of 6 MB · 345 kB a second · 9 seconds left",
	],
	["no step yet", {}, ""],
	["paused", { state: "paused", done: 3, total: 9, rate: 2, eta: 3 }, "3 of 9"],
	["hours", { done: 1, total: 1e6, rate: 40, eta: 25_000 }, "1 of 1,000,000 · 40 a second · 7 hours left"],
])("tells the progress of a job with %s", (_, more, want) =>
	expect(progressOf(job(more), say).join(" · ")).toBe(want),
);

it.each<[Partial<Job>, string]>([
	[{ asked: "cancel" }, "stops at its next step"],
	[{ state: "failed", ended: "x", asked: "cancel" }, "failed"],
	[{ state: "queued" }, "waits for its turn"],
])("names the state of %j", (more, want) => expect(stateOf(job(more), say)).toBe(want));

it("knows a percentage only where the end is known", () => {
	expect(percentOf(job({ done: 999, total: 1000 }))).toBe(99);
	expect(percentOf(job({ done: 9 }))).toBeUndefined();
});

it("keeps a failure in the tray longer than a success", () => {
	const now = Date.parse("2026-11-22T12:00:00Z");
	const ended = "2026-11-22T11:00:00Z";
	expect(isNews(job({ state: "failed", ended }), now)).toBe(true);
	expect(isNews(job({ state: "done", ended }), now)).toBe(false);
	expect(isNews(job({}), now)).toBe(true);
});

it("says in one line what matters most", () => {
	const failed = job({ state: "failed", ended: "x" });
	expect(inShort([job({}), failed], say)).toBe("1 job at work");
	expect(inShort([failed, job({ state: "done", ended: "x" })], say)).toBe("1 job failed");
});
