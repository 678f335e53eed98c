import { useSyncExternalStore } from "react";

/**
 * Whether the hub answers this page. "stranger": it was started again, knows
 * the page's key no longer, and nobody has an account here; nothing but a new
 * address helps. "away": nothing answers at all, which may pass.
 *
 * A hub where people sign in is "here" for whoever has not: see session.ts.
 */
export type Reach = "here" | "away" | "stranger";

let now: Reach = "here";
const watchers = new Set<() => void>();

export const reach = {
	get now(): Reach {
		return now;
	},
	set(next: Reach): void {
		// A page with an old key stays a stranger, whatever else answers.
		if (next === now || now === "stranger") return;
		now = next;
		for (const w of watchers) w();
	},
	watch(w: () => void): () => void {
		watchers.add(w);
		return () => watchers.delete(w);
	},
};

export const useReach = (): Reach => useSyncExternalStore(reach.watch, () => reach.now);
