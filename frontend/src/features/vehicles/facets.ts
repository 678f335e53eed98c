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
			const clause = clauseOf(field, f.value);
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

/** The query with a value of a field in place of any other value of it; without it where it stands. */
export function chosen(q: string, field: string, value: string): string {
	const clause = clauseOf(field, value);
	const others = clauses(q).filter((c) => !c.startsWith(`${field}:`));
	return (clauses(q).includes(clause) ? others : [...others, clause]).join(" ");
}

/** A field's value as an operator of the query. */
export const clauseOf = (field: string, value: string): string =>
	`${field}:${/^[\w-]+$/.test(value) ? value.toLowerCase() : `"${value}"`}`;

/** The clauses of a query that are values of these fields. */
export const filtersIn = (q: string, fields: readonly string[]): string[] =>
	clauses(q).filter((c) => fields.some((f) => c.startsWith(`${f}:`)));

/** The query without the values of these fields. */
export const withoutFilters = (q: string, fields: readonly string[]): string =>
	clauses(q)
		.filter((c) => !fields.some((f) => c.startsWith(`${f}:`)))
		.join(" ");

export const isChosen = (q: string, field: string, value: string): boolean =>
	clauses(q).includes(clauseOf(field, value));

/** Takes a query apart at its blanks; quoted words stay together. */
function clauses(q: string): string[] {
	return q.match(/[^\s"]*"[^"]*"|\S+/g) ?? [];
}
