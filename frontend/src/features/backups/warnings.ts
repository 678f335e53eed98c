import type { Alert, Backup } from "./api";

/** An alert with the place that it is about. */
export interface Warning extends Alert {
	of: string;
	name: string;
}

/** What is worth a banner on every page: the severe ones first; what was hidden in this session stays away until it changes. */
export function warnings(list: Backup[], hidden: ReadonlySet<string>): Warning[] {
	const all = list.flatMap((b) => b.alerts.map((a) => ({ ...a, of: b.id, name: b.name })));
	return all
		.filter((a) => a.severe || !hidden.has(keyOf(a)))
		.sort((a, b) => Number(b.severe) - Number(a.severe));
}

export const keyOf = (a: Warning): string => `${a.of} ${a.code}`;
