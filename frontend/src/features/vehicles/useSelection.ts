import { useRef, useState } from "react";
import type { Fleet } from "./useFleet";

/** What is selected: single vehicles, or all that match. */
export interface Selection {
	ids: ReadonlySet<string>;
	all: boolean;
	count: number;
	has: (id: string) => boolean;
	toggle: (row: number) => void;
	extend: (row: number) => Promise<void>;
	takeAll: () => void;
	clear: () => void;
}

/** The selection of a list; it begins anew with another question. */
export function useSelection(fleet: Fleet, of: string): Selection {
	const [now, setNow] = useState<{ of: string; ids: ReadonlySet<string>; all: boolean }>({
		of,
		ids: new Set(),
		all: false,
	});
	const { ids, all } = now.of === of ? now : { ids: new Set<string>(), all: false };
	const from = useRef(0);
	return {
		ids,
		all,
		count: all ? fleet.total : ids.size,
		has: (id) => all || ids.has(id),
		toggle: (row) => {
			const id = fleet.at(row)?.vehicle.id;
			if (id === undefined) return;
			from.current = row;
			// Out of all that match one is taken away: the others in view are what stays.
			const base = all ? new Set(fleet.loaded().map((f) => f.vehicle.id)) : ids;
			const next = new Set(base);
			if (!next.delete(id)) next.add(id);
			setNow({ of, ids: next, all: false });
		},
		extend: async (row) => {
			const more = await fleet.ids(Math.min(from.current, row), Math.max(from.current, row));
			setNow((old) => ({
				of,
				ids: new Set([...(old.of === of ? old.ids : []), ...more]),
				all: old.of === of && old.all,
			}));
		},
		takeAll: () => setNow({ of, ids: new Set(), all: true }),
		clear: () => setNow({ of, ids: new Set(), all: false }),
	};
}
