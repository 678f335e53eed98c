import { bytes } from "../../lib/bytes";
import type { Message } from "../../lib/catalogue";
import type { Job } from "../../lib/jobs";
import type { Say } from "../../lib/say";
import { m } from "./messages";

const states: Record<string, Message> = {
	queued: m.queued,
	running: m.running,
	paused: m.paused,
	done: m.done,
	failed: m.failed,
	canceled: m.canceled,
};

/** What a job does right now, in a word. */
export function stateOf(job: Job, say: Say): string {
	if (!job.ended && job.asked) return say(job.asked === "pause" ? m.pausing : m.canceling);
	return say(states[job.state] ?? m.running);
}

/** How far a job is, in percent; undefined where the end is not known. */
export const percentOf = (job: Job): number | undefined =>
	job.total > 0 ? Math.min(100, Math.floor((100 * job.done) / job.total)) : undefined;

/** What a job counts stands in its note, where that is no remark. */
export const inBytes = (job: Job): boolean => job.note === "bytes";

/** "12 of 480 · 3.4 a second · 2 minutes left" */
export function progressOf(job: Job, say: Say): string[] {
	const parts: string[] = [];
	const count = (n: number, digits = 0) => (inBytes(job) ? bytes(n, say) : say.number(n, digits));
	if (job.total > 0) parts.push(say(m.ofTotal, { done: count(job.done), total: count(job.total) }));
	else if (job.done > 0) parts.push(say(m.sofar, { done: count(job.done) }));
	if (job.state !== "running") return parts;
	if (job.rate > 0) parts.push(say(m.rate, { rate: count(job.rate, job.rate < 10 ? 1 : 0) }));
	if (job.eta > 0) parts.push(say(m.left, { time: duration(job.eta, say) }));
	return parts;
}

function duration(seconds: number, say: Say): string {
	if (seconds < 90) return say(m.seconds, { n: seconds });
	if (seconds < 90 * 60) return say(m.minutes, { n: Math.round(seconds / 60) });
	return say(m.hours, { n: Math.round(seconds / 3600) });
}

// Of ended jobs these are news: a failure for a day, the rest for a quarter of an hour.
const failureMS = 24 * 3_600_000;
const newsMS = 15 * 60_000;

/** Whether a job belongs into the tray: it is not ended, or ended a short while ago. */
export function isNews(job: Job, now: number): boolean {
	if (!job.ended) return true;
	return now - Date.parse(job.ended) < (job.state === "failed" ? failureMS : newsMS);
}

/** The tray in one line. */
export function inShort(jobs: Job[], say: Say): string {
	const n = (is: (j: Job) => boolean) => jobs.filter(is).length;
	const running = n((j) => j.state === "running");
	if (running > 0) return say(m.working, { n: running });
	const waiting = n((j) => j.state === "queued" || j.state === "paused");
	if (waiting > 0) return say(m.waiting, { n: waiting });
	const failed = n((j) => j.state === "failed");
	if (failed > 0) return say(m.failedCount, { n: failed });
	const ended = n((j) => j.ended !== undefined);
	return ended > 0 ? say(m.finished, { n: ended }) : say(m.title);
}
