/** One text of the app, as an ICU message in English with the name that a translation knows it by. */
export interface Message {
	id: string;
	text: string;
}

/**
 * The texts of one feature, by name. `catalogue("decode", { title: "…" })`
 * names its messages "decode.title" and so on; they are the only texts that
 * the feature shows.
 */
export function catalogue<T extends Record<string, string>>(
	feature: string,
	texts: T,
): { readonly [K in keyof T]: Message } {
	const named = Object.entries(texts).map(([key, text]) => [key, { id: `${feature}.${key}`, text }]);
	return Object.fromEntries(named) as { readonly [K in keyof T]: Message };
}
