import { useSyncExternalStore } from "react";
import type { components } from "./api.gen";

type Reach = components["schemas"]["Reach"];

/**
 * The role, and after a blank the reach, as which this tab looks at the hub:
 * "sales own", "manager locations:Berlin,Paris". The hub then shows no more
 * than that, and takes no write.
 */
const header = "Hubcap-View-As";
const key = "hubcap-view-as";

/** Puts a role and a reach into words for the hub. */
export function viewAs(role: string, reach: Reach): string {
	if (reach.kind === "all") return role;
	// A header holds no letters beyond Latin ones, and a comma parts two names.
	const places = (reach.places ?? []).map(encodeURIComponent).join(",");
	return `${role} ${reach.kind}${places && `:${places}`}`;
}

const watchers = new Set<() => void>();
const kept = globalThis.sessionStorage as Storage | undefined;
let now = kept?.getItem(key) ?? "";

export const view = {
	get now(): string {
		return now;
	},
	set(next: string): void {
		if (next === now) return;
		now = next;
		if (next === "") kept?.removeItem(key);
		else kept?.setItem(key, next);
		for (const w of watchers) w();
	},
	/** Puts the view into what is sent. */
	into(headers: Headers): void {
		if (now !== "") headers.set(header, now);
	},
	watch(w: () => void): () => void {
		watchers.add(w);
		return () => watchers.delete(w);
	},
};

export const useView = (): string => useSyncExternalStore(view.watch, () => view.now);
