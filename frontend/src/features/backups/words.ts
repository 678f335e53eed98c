import { bytes } from "../../lib/bytes";
import type { Message } from "../../lib/catalogue";
import type { Say } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import type { Backup, Estimate, Keep, Points, Reach } from "./api";
import { m, rulesText as r } from "./messages";

/** A moment as it stands in a line: of today the time alone. */
export function when(at: string, say: Say, now = new Date()): string {
	const same = new Date(at).toDateString() === now.toDateString();
	return same ? say.clock(at) : say.moment(at);
}

/** "Last backup 03:10 · 412 MB · verified restore 03:14 · next 15:10" */
export function statusLine(b: Backup, say: Say, now = new Date()): string {
	if (!b.setUp) return say(m.lineNone);
	if (asks(b)) return [say(m.lineAsks), say(m.nextAnswer)].join(" · ");
	return [
		b.through ? say(m.last, { at: when(b.through, say, now) }) : say(m.never),
		b.bytes > 0 && bytes(b.bytes, say),
		b.test.why
			? say(m.testFailed)
			: b.test.well
				? say(m.verified, { at: when(b.test.well, say, now) })
				: say(m.unproven),
		nextWords(b, say, now),
	]
		.filter(Boolean)
		.join(" · ");
}

function nextWords(b: Backup, say: Say, now: Date): string {
	if (b.paused) return say(m.nextPaused);
	if (b.next) return say(m.next, { at: when(b.next, say, now) });
	if (b.preset === "on_demand") return say(m.nextAsked);
	return say(b.preset === "continuous" ? m.nextAlways : m.nextChange);
}

/** After a restore: whether it goes on with the backup of the store before is to be said first. */
export const asks = (b: Backup): boolean => b.alerts.some((a) => a.code === "paused_after_restore");

export type Light = "good" | "plain" | "warn" | "bad";

/** What the light of a place shows: green is a restore that was tried and came out right, nothing less. */
export function light(b: Backup): { light: Light; word: Message } {
	if (!b.setUp) return { light: "warn", word: m.notSetUp };
	if (asks(b)) return { light: "warn", word: m.asks };
	if (b.paused) return { light: "warn", word: m.isPaused };
	if (b.alerts.some((a) => a.severe)) return { light: "bad", word: m.atRisk };
	if (b.green) return { light: "good", word: m.proven };
	return { light: "plain", word: m.notProven };
}

/** How far the place is behind the store, as it ships. */
export function lagWords(b: Backup, say: Say): string | undefined {
	if (!b.setUp || b.paused) return undefined;
	const waiting = b.head - b.shipped;
	switch (b.phase) {
		case "starting":
			return say(m.phaseStarting);
		case "away":
			return say(m.phaseAway, { n: Math.max(0, waiting) });
		case "waiting":
			return say(m.phaseWaiting);
		case "shipping":
			if (waiting <= 0) return say(m.allIn);
			if (b.preset === "continuous" || b.preset === undefined)
				return say(m.lags, { n: waiting, time: lasting(b.lagSeconds, say) });
			return say(m.gathers, { n: waiting });
	}
	return undefined;
}

/** "40 seconds", "3 hours": a length of time in its largest fitting unit. */
export function lasting(seconds: number, say: Say): string {
	if (seconds < 120) return say(m.seconds, { n: Math.max(1, Math.round(seconds)) });
	if (seconds < 7_200) return say(m.minutes, { n: Math.round(seconds / 60) });
	if (seconds < 172_800) return say(m.hours, { n: Math.round(seconds / 3_600) });
	return say.days(Math.round(seconds / 86_400));
}

/** "1.4 s", "3 minutes": how long something took. */
export const took = (ms: number, say: Say): string =>
	ms < 60_000
		? say(m.tookSeconds, { n: say.number(Math.max(0.1, ms / 1000), ms < 10_000 ? 1 : 0) })
		: lasting(ms / 1000, say);

/** What a month of these rules comes to. */
export const estimateText = (e: Estimate, say: Say): string =>
	say(r.estimate, {
		requests: say.number(round(e.classA + e.classB + e.deletes)),
		puts: say.number(round(e.classA)),
		sent: bytes(e.uploaded, say),
		stored: bytes(e.stored, say),
	});

/** Two digits are all that an estimate is worth. */
export function round(n: number): number {
	if (n < 100) return n;
	const step = 10 ** (Math.floor(Math.log10(n)) - 1);
	return Math.round(n / step) * step;
}

const sorts = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** The keep rules in a sentence. */
export function keepText(k: Keep, say: Say): string {
	const some = sorts.filter((s) => k[s] > 0).map((s) => say(r[`${s}Many`], { n: k[s] }));
	return say(some.length > 0 ? r.keepsAll : r.keepsWindow, { days: k.days || 7, points: say.list(some) });
}

export type Strength = "short" | "weak" | "good" | "strong";

/** The fewest signs of a passphrase: the hub refuses less. */
export const leastPassphrase = 12;

/** What a passphrase is worth: its length counts, of words or of signs, not which signs they are. */
export function strength(text: string): Strength {
	const s = text.normalize("NFKC").trim();
	const signs = [...s];
	if (signs.length < leastPassphrase) return "short";
	const different = new Set(signs.map((c) => c.toLowerCase())).size;
	const words = new Set(
		s
			.toLowerCase()
			.split(/[\s\-_.]+/)
			.filter((w) => w.length > 2),
	).size;
	if (different < 6 || /^(.{1,4})\1+$/.test(s)) return "weak";
	if (words >= 5 || signs.length >= 24) return "strong";
	if (words >= 4 || signs.length >= 16) return "good";
	return "weak";
}

/** What a moment that a person asks for comes to. */
export type Reached = { kind: "any" | "before" | "none"; at?: string };

/** Whether a moment is within a stretch of which any second can be restored, or what comes before it. */
export function reached(at: Date, p: Pick<Points, "reaches" | "points">): Reached {
	const t = at.getTime();
	if (p.reaches.some((x) => ms(x.from) <= t && t <= ms(x.to) + 999))
		return { kind: "any", at: at.toISOString() };
	const before = [...p.reaches.map((x) => x.to), ...p.points.filter((x) => x.whole).map((x) => x.time)]
		.filter((x) => ms(x) <= t)
		.sort((a, b) => ms(b) - ms(a))[0];
	return before ? { kind: "before", at: before } : { kind: "none" };
}

const ms = (at: string) => new Date(at).getTime();

/** The first and the last moment of a backup, in milliseconds; undefined where it has none. */
export function ends(p: Pick<Points, "reaches" | "points">): { from: number; to: number } | undefined {
	const all = [...p.reaches.flatMap((x) => [x.from, x.to]), ...p.points.map((x) => x.time)].map(ms);
	return all.length === 0 ? undefined : { from: Math.min(...all), to: Math.max(...all) };
}

/** Where a stretch lies on the line, in percent. */
export function placed(x: Reach, e: { from: number; to: number }): { start: number; width: number } {
	const whole = Math.max(1, e.to - e.from);
	const start = (100 * (ms(x.from) - e.from)) / whole;
	return { start, width: Math.max(0.6, (100 * (ms(x.to) - ms(x.from))) / whole) };
}

/** A moment as an input of day and time writes it, in the reader's zone, to the second. */
export function local(d: Date): string {
	const pad = (n: number) => String(n).padStart(2, "0");
	return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}T${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
}

/** What a place is called when nobody named it: its bucket, or its folder. */
export function nameOf(e: {
	kind: string;
	folder?: string;
	s3?: { bucket: string };
	prefix?: string;
}): string {
	if (e.kind === "folder") return (e.folder ?? "").split(/[\\/]/).filter(Boolean).at(-1) ?? "";
	return [e.s3?.bucket.trim(), e.prefix?.replaceAll(/^\/+|\/+$/g, "")].filter(Boolean).join("/").slice(0, 80);
}

/** What an alert says, as a sentence; a name that it begins with stays as it is. */
export const told = (what: string, name: string): string =>
	what.startsWith(name) ? (/[.!?]$/.test(what) ? what : `${what}.`) : sentence(what);
