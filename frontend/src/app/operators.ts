import type { Message } from "../lib/catalogue";
import { operatorText as m } from "./messages";

/** The operators of the search box that are worth completing, with a value to begin with. */
export const operators: Record<string, { about: Message; sample?: string }> = {
	make: { about: m.make },
	model: { about: m.model },
	year: { about: m.year, sample: "2015..2018" },
	stage: { about: m.stage },
	location: { about: m.location },
	tag: { about: m.tag },
	note: { about: m.note },
	price: { about: m.price, sample: "<20000" },
	cost: { about: m.cost, sample: ">1000" },
	odometer: { about: m.odometer, sample: "<60000mi" },
	due: { about: m.due, sample: "<30d" },
	has: { about: m.has, sample: "note" },
};

/** The operators whose values the hub can list. */
export const listed = ["make", "model", "stage", "location", "tag", "year"];

export interface Completion {
	/** What the last word of the query becomes. */
	clause: string;
	/** It is whole: a blank follows, and the next word. */
	whole: boolean;
	about?: Message;
	count?: number;
}

/** The word that is being typed, at the end of the query. */
export const lastWord = (q: string): string => /[^\s"]*"[^"]*$|\S*$/.exec(q)?.[0] ?? "";

/** The operator whose value is being typed, if the hub can list its values. */
export function fieldOf(q: string): string | undefined {
	const field = /^(\w+):/.exec(lastWord(q))?.[1];
	return field && listed.includes(field) ? field : undefined;
}

/** Whether the query ends in an operator without its value, which the hub would refuse. */
export const waits = (q: string): boolean => /^\w+:[<>"]*$/.test(lastWord(q));

/** What the word that is being typed may become. */
export function completions(q: string, values: { value: string; count: number }[]): Completion[] {
	const word = lastWord(q).toLowerCase();
	const [, field, begun] = /^(\w+):"?(.*)$/.exec(word) ?? [];
	if (field !== undefined && begun !== undefined) {
		const operator = operators[field];
		if (!operator) return [];
		const fit = values.filter(
			(v) => v.value.toLowerCase().startsWith(begun) && v.value.toLowerCase() !== begun,
		);
		const found = fit
			.slice(0, 8)
			.map((v) => ({ clause: `${field}:${quoted(v.value)}`, whole: true, count: v.count }));
		if (found.length > 0 || begun !== "" || !operator.sample) return found;
		return [{ clause: `${field}:${operator.sample}`, whole: true, about: operator.about }];
	}
	if (word.length < 2) return [];
	return Object.entries(operators)
		.filter(([name]) => name.startsWith(word))
		.map(([name, o]) => ({ clause: `${name}:`, whole: false, about: o.about }));
}

/** The query with its last word completed. */
export const completed = (q: string, c: Completion): string =>
	`${q.slice(0, q.length - lastWord(q).length)}${c.clause}${c.whole ? " " : ""}`;

const quoted = (value: string) => (/^[\w-]+$/.test(value) ? value.toLowerCase() : `"${value}"`);
