/**
 * A doubt about who this page is to the hub: an answer said that it may not,
 * or another tab signed in or out. Whoever keeps the session asks again.
 */
const watchers = new Set<() => void>();

export const doubt = {
	raise(): void {
		for (const w of watchers) w();
	},
	watch(w: () => void): () => void {
		watchers.add(w);
		return () => watchers.delete(w);
	},
};
