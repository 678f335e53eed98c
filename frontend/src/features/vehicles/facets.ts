import type { Say } from "../../lib/say";
import { stageName } from "../../lib/stages";

export interface Chip {
	clause: string;
	label: string;
	count: number;
	on: boolean;
}

const shown = { stage: 5, make: 6, location: 5 };

/** The facets as operators of the query: one click narrows, and the box says so. */
export function facetChips(
	facets: Record<string, { value: string; count: number }[]>,
	q: string,
	say: Say,
): Chip[] {
	const on = clauses(q);
	return (["stage", "make", "location"] as const).flatMap((field) =>
		(facets[field] ?? []).slice(0, shown[field]).map((f) => {
			const clause = `${field}:${/^[\w-]+$/.test(f.value) ? f.value.toLowerCase() : `"${f.value}"`}`;
			const label = field === "stage" ? stageName(f.value, say) : f.value;
			return { clause, label, count: f.count, on: on.includes(clause) };
		}),
	);
}

/** The query with a clause put in, or taken out where it stands. */
export function toggled(q: string, clause: string): string {
	const all = clauses(q);
	return (all.includes(clause) ? all.filter((c) => c !== clause) : [...all, clause]).join(" ");
}

/** Takes a query apart at its blanks; quoted words stay together. */
function clauses(q: string): string[] {
	return q.match(/[^\s"]*"[^"]*"|\S+/g) ?? [];
}
