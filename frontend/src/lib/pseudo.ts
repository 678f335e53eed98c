import type { MessageFormatElement } from "@formatjs/icu-messageformat-parser";

/*
 * The pseudo-locale: English with accents, about two fifths longer, in
 * brackets. A text without them on the screen has missed the catalogue; one
 * whose bracket is cut off does not leave a translation its room.
 */

const strange: Record<string, string> = {
	...{
		a: "áá",
		b: "ƀ",
		c: "ç",
		d: "ð",
		e: "éé",
		f: "ƒ",
		g: "ĝ",
		h: "ĥ",
		i: "íí",
		j: "ĵ",
		k: "ķ",
		l: "ļ",
		m: "ɱ",
	},
	...{
		n: "ñ",
		o: "óó",
		p: "þ",
		q: "ǫ",
		r: "ŕ",
		s: "š",
		t: "ţ",
		u: "úú",
		v: "ṽ",
		w: "ŵ",
		x: "ẋ",
		y: "ý",
		z: "ž",
	},
};

/** A text in letters that nobody uses, its vowels doubled. */
export const pseudoText = (text: string): string =>
	text.replaceAll(/[a-z]/gi, (c) => {
		const s = strange[c.toLowerCase()] ?? c;
		return c === c.toLowerCase() ? s : s.charAt(0).toUpperCase() + s.slice(1);
	});

/** A message as the pseudo-locale says it; its slots stay. */
export function pseudo(ast: MessageFormatElement[]): MessageFormatElement[] {
	const [open, close]: MessageFormatElement[] = [
		{ type: 0, value: "[" },
		{ type: 0, value: "]" },
	];
	return [open, ...ast.map(turn), close] as MessageFormatElement[];
}

// By the shape of an element rather than by its type's number: literals have
// text, plurals and selects have options, tags have children.
function turn(e: MessageFormatElement): MessageFormatElement {
	if (e.type === 0) return { ...e, value: pseudoText(e.value) };
	if ("options" in e) {
		const options = Object.entries(e.options).map(([k, o]) => [k, { ...o, value: o.value.map(turn) }]);
		return { ...e, options: Object.fromEntries(options) };
	}
	if ("children" in e) return { ...e, children: e.children.map(turn) };
	return e;
}
