import { keepPreviousData, useQueries, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { type FoundVehicle, fleetPage, pageSize } from "./api";

/** Rows of one range are fetched at once up to here; a longer one is better taken as "all that match". */
const mostRange = 5_000;

/**
 * The list, read where it is looked at: the rows from `first` to `last`, in
 * pages. What is further away is not read.
 */
export function useFleet(q: string, sort: string | undefined, first: number, last: number) {
	const client = useQueryClient();
	const from = Math.floor(first / pageSize);
	const to = Math.max(from, Math.floor(last / pageSize));
	const numbers = [...new Set([0, ...Array.from({ length: to - from + 1 }, (_, i) => from + i)])];
	const pages = useQueries({
		queries: numbers.map((n) => ({
			...fleetPage(q, sort, n),
			placeholderData: n === 0 ? keepPreviousData : undefined,
		})),
	});
	// What was read once stays on the screen until it is read anew: rows never blink away while one scrolls back.
	const kept = useRef({ of: "", rows: new Map<number, FoundVehicle>() });
	const key = `${q}\n${sort ?? ""}`;
	const head = pages[0];
	if (kept.current.of !== key && head?.data && !head.isPlaceholderData)
		kept.current = { of: key, rows: new Map() };
	pages.forEach((p, i) => {
		if (!p.data || (p.isPlaceholderData && kept.current.of !== key && kept.current.of !== "")) return;
		const at = (numbers[i] ?? 0) * pageSize;
		p.data.items.forEach((item, j) => {
			kept.current.rows.set(at + j, item);
		});
	});
	const total = head?.data?.total ?? 0;
	const rows = kept.current.rows;
	return {
		first: head?.data,
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
		isPending: head?.isPending ?? true,
		error: pages.find((p) => p.error)?.error ?? null,
		refetch: () => Promise.all(pages.filter((p) => p.error).map((p) => p.refetch())),
	};
}

export type Fleet = ReturnType<typeof useFleet>;
