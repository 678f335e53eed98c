import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { Schemas } from "../../lib/api";
import { type FoundVehicle, fleetPage, pageSize } from "./api";

type Page = Schemas["Found"];

/** Rows of one range are fetched at once up to here; a longer one is better taken as "all that match". */
const mostRange = 5_000;

/**
 * The list, read where it is looked at: the rows from `top` to `last`, in
 * pages. What is further away is not read.
 */
export function useFleet(q: string, sort: string | undefined, top: number, last: number) {
	const client = useQueryClient();
	const from = Math.floor(top / pageSize);
	const to = Math.max(from, Math.floor(last / pageSize));
	const numbers = [...new Set([0, ...Array.from({ length: to - from + 1 }, (_, i) => from + i)])];
	const pages = useQueries({
		queries: numbers.map((n) => fleetPage(q, sort, n)),
	});
	// What was read once stays on the screen until it is read anew: rows never blink away while one scrolls back,
	// and the answer to the question before stands until the next one is there.
	const kept = useRef<{ of: string; rows: Map<number, FoundVehicle>; first?: Page }>({
		of: "",
		rows: new Map(),
	});
	const key = `${q}\n${sort ?? ""}`;
	const head = pages[0];
	if (head?.data) {
		if (kept.current.of !== key) kept.current = { of: key, rows: new Map() };
		kept.current.first = head.data;
	}
	if (kept.current.of === key)
		pages.forEach((p, i) => {
			p.data?.items.forEach((item, j) => {
				kept.current.rows.set((numbers[i] ?? 0) * pageSize + j, item);
			});
		});
	const { first: known } = kept.current;
	const total = known?.total ?? 0;
	const rows = kept.current.rows;
	return {
		first: known,
		total,
		at: (i: number): FoundVehicle | undefined => (i < total ? rows.get(i) : undefined),
		loaded: () => [...rows].filter(([i]) => i < total).map(([, f]) => f),
		/** Ids of the rows from a to b, also of those that were not looked at. */
		ids: async (a: number, b: number): Promise<string[]> => {
			const end = Math.min(b, a + mostRange - 1, total - 1);
			const out: string[] = [];
			for (let n = Math.floor(a / pageSize); n * pageSize <= end; n++) {
				const page = await client.ensureQueryData(fleetPage(q, sort, n));
				page.items.forEach((item, j) => {
					const i = n * pageSize + j;
					if (i >= a && i <= end) out.push(item.vehicle.id);
				});
			}
			return out;
		},
		isPending: known === undefined,
		error: pages.find((p) => p.error)?.error ?? null,
		refetch: () => Promise.all(pages.filter((p) => p.error).map((p) => p.refetch())),
	};
}

export type Fleet = ReturnType<typeof useFleet>;
