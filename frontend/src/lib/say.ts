import { type Formatters, type FormatXMLElementFn, IntlMessageFormat } from "intl-messageformat";
import { createContext, createElement, Fragment, type ReactNode, useContext } from "react";
import type { Message } from "./catalogue";
import { type Formats, formats, numberLocales, type Reading } from "./format";
import { pseudo, pseudoText } from "./pseudo";
import { unset } from "./queries";

type Value = string | number | undefined;
type RichValue = Value | ReactNode | ((chunks: ReactNode) => ReactNode);

/**
 * Say turns messages, and everything that a person reads differently from
 * another, into text. `say(m.saved, { title })` gives a message; `say.day`,
 * `say.money`, `say.distance` and the rest give values.
 */
export interface Say extends Formats {
	(message: Message, values?: Record<string, Value>): string;
	/** A message with elements in it: `<b>…</b>` by a function, slots by a node. */
	rich(message: Message, values: Record<string, RichValue>): ReactNode;
	/** "a, b, and c", or "a or b". */
	list(items: string[], join?: "and" | "or"): string;
	/** How far a day lies from today: "in 12 days", "3 months ago". */
	fromNow(days: number): string;
	language: Reading["language"];
}

/** Say for one person's preferences. */
export function sayFor(p: Reading): Say {
	const known = new Map<string, IntlMessageFormat>();
	const strange = p.language === "pseudo";
	const number = formats(p, text).number;
	// Words follow the language; numbers have the shape that the person chose.
	const formatters: Formatters = {
		getNumberFormat: (_, options) => new Intl.NumberFormat(numberLocales[p.numbers], options),
		getDateTimeFormat: (locales, options) => new Intl.DateTimeFormat(locales, options),
		getPluralRules: (locales, options) => new Intl.PluralRules(locales, options),
	};
	const messageOf = (m: Message): IntlMessageFormat => {
		const found = known.get(m.id);
		if (found) return found;
		const plain = new IntlMessageFormat(m.text, "en", undefined, { formatters });
		const made = strange
			? new IntlMessageFormat(pseudo(plain.getAst()), "en", undefined, { formatters })
			: plain;
		known.set(m.id, made);
		return made;
	};
	const shaped = <T>(values: Record<string, T>) =>
		Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v ?? ""]));
	function text(m: Message, values: Record<string, Value> = {}): string {
		return String(messageOf(m).format(withNumbers(m, shaped(values) as Record<string, Value>)));
	}
	// A plain {n} of a number would be written as JavaScript does.
	const withNumbers = <T>(m: Message, values: Record<string, T>) => {
		const out: Record<string, T | string> = { ...values };
		for (const [k, v] of Object.entries(values))
			if (typeof v === "number" && !m.text.includes(`{${k},`)) out[k] = number(v, 3);
		return out;
	};
	const turn = (s: string) => (strange ? `[${pseudoText(s)}]` : s);
	return Object.assign(text, formats(p, text), {
		rich(m: Message, values: Record<string, RichValue>): ReactNode {
			const filled = withNumbers(m, shaped(values)) as Record<string, Value | FormatXMLElementFn<ReactNode>>;
			const got = messageOf(m).format<ReactNode>(filled);
			return Array.isArray(got) ? createElement(Fragment, null, ...got) : (got as ReactNode);
		},
		list(items: string[], join: "and" | "or" = "and"): string {
			return new Intl.ListFormat("en", { type: join === "or" ? "disjunction" : "conjunction" })
				.formatToParts(items)
				.map((x) => (x.type === "literal" && strange ? pseudoText(x.value) : x.value))
				.join("");
		},
		fromNow(days: number): string {
			const f = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
			if (Math.abs(days) < 60) return turn(f.format(days, "day"));
			if (Math.abs(days) < 730) return turn(f.format(Math.round(days / 30.4), "month"));
			return turn(f.format(Math.round(days / 365.25), "year"));
		},
		language: p.language,
	});
}

export const SayContext = createContext<Say>(sayFor(unset));

/** The reader's own Say. */
export const useSay = (): Say => useContext(SayContext);
