import type { Described } from "../../lib/people";
import type { Say } from "../../lib/say";
import type { Key } from "./api";
import { m } from "./messages";

/** Where a key stands at a moment. */
export function stateOf(k: Key, now: number): "active" | "ending" | "expired" | "revoked" {
	const past = (at?: string) => at !== undefined && Date.parse(at) <= now;
	if (past(k.ended)) return "revoked";
	if (past(k.expires)) return "expired";
	return k.ended ? "ending" : "active";
}

/** The login of a program, from its name: "Website feed" is "website-feed". */
export const loginOf = (name: string): string =>
	name
		.normalize("NFKD")
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, "-")
		.replaceAll(/^-+|-+$/g, "")
		.slice(0, 60) || "program";

/** What a key may, the first of it in words. */
export function mayWords(k: Key, words: Described[], say: Say): string {
	const list = words.filter((d) => k.permissions.includes(d.permission as never)).map((d) => d.may);
	const [first] = list;
	if (first === undefined) return say(m.nothing);
	return list.length === 1 ? first : say(m.andMore, { first, n: list.length - 1 });
}

/** A line for a terminal that shows that a key works. */
export const curlOf = (token: string, origin: string): string =>
	`curl -H "Authorization: Bearer ${token}" "${origin}/api/v1/session"`;
