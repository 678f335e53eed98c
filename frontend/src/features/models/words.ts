import type { Message } from "../../lib/catalogue";
import type { Say } from "../../lib/say";
import type { Capability, Engine, Order } from "./api";
import { jobText, m } from "./messages";

/** The jobs in the order of the page. */
export const capabilities: Capability[] = ["embed", "word", "write", "score", "extract", "ask"];

export const jobName = (c: Capability, say: Say): string => say(jobText[c]);
export const jobAbout = (c: Capability, say: Say): string => say(jobText[`${c}About`]);
export const jobLeaves = (c: Capability, say: Say): string => say(jobText[`${c}Leaves`]);

export function parameters(n: number, say: Say): string {
	return n < 1e9
		? say(m.millions, { n: say.number(n / 1e6) })
		: say(m.billions, { n: say.number(n / 1e9, 1) });
}

const conditions: Record<string, Message> = {
	ready: m.ready,
	busy: m.busy,
	starting: m.starting,
	building: m.building,
	missing: m.missing,
	failed: m.modelFailed,
};

export function conditionOf(e: Engine, say: Say): string {
	if (!e.state) return say(m.asked);
	const known = conditions[e.state.condition];
	return known ? say(known) : e.state.condition;
}

/** Whether a model's questions never pass the network card. */
export const packName = (e: Engine): string | undefined =>
	e.ref.startsWith("pack/") ? e.ref.slice("pack/".length) : undefined;

/** One model in the order of a job. */
export interface Place {
	engine: Engine;
	on: boolean;
}

/**
 * The models that a job may go to, as they are asked: those of the order,
 * then the others of this machine, then what is switched off. It is the rule
 * of route.Order, seen from the page.
 */
export function placesOf(engines: Engine[], order: Order, c: Capability): Place[] {
	const able = engines.filter((e) => e.jobs.some((j) => j.capability === c));
	const find = (ref: string) => able.find((e) => e.ref === ref);
	const listed = order.refs.map(find).filter((e) => e !== undefined);
	const own = able.filter((e) => !e.away && !order.refs.includes(e.ref) && !order.never.includes(e.ref));
	const on = [...listed, ...own];
	return [
		...on.map((engine) => ({ engine, on: true })),
		...able.filter((e) => !on.includes(e)).map((engine) => ({ engine, on: false })),
	];
}

/** The order that has the models so. References to what is not here now stay, at the end. */
export function orderOf(places: Place[], old: Order): { refs: string[]; never: string[] } {
	const known = new Set(places.map((p) => p.engine.ref));
	const refs = places.filter((p) => p.on).map((p) => p.engine.ref);
	const never = places.filter((p) => !p.on && !p.engine.away).map((p) => p.engine.ref);
	const gone = (list: string[]) => list.filter((r) => !known.has(r));
	return { refs: [...refs, ...gone(old.refs)], never: [...never, ...gone(old.never)] };
}

/** The order with one model moved or switched; those that are on stand first. */
export function moved(places: Place[], at: number, by: number): Place[] {
	const to = at + by;
	const out = [...places];
	const [p] = out.splice(at, 1);
	if (!p || !p.on || !places[to]?.on) return places;
	out.splice(to, 0, p);
	return out;
}

export function switched(places: Place[], ref: string, on: boolean): Place[] {
	const all = places.map((p) => (p.engine.ref === ref ? { ...p, on } : p));
	return [...all.filter((p) => p.on), ...all.filter((p) => !p.on)];
}
