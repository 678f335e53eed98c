import type { User } from "../../lib/people";
import type { Say } from "../../lib/say";
import { users as m } from "./messages";

/** What proves who somebody is: "password, 2 passkeys". */
export function proofsOf(u: User, say: Say): string {
	if (u.kind === "service") return "";
	const list = [
		u.password && say(m.password),
		u.passkeys > 0 && say(m.passkeys, { n: u.passkeys }),
		u.totp && say(m.totp),
		u.outside > 0 && say(m.outside),
	].filter((x) => x !== false);
	return list.length === 0 ? say(m.noProof) : say.list(list);
}

/** Where an account stands. */
export function stateOf(u: User): "disabled" | "waiting" | "active" {
	if (u.disabled) return "disabled";
	const proven = u.password || u.passkeys > 0 || u.outside > 0;
	return u.kind === "user" && !proven ? "waiting" : "active";
}

/** Whether every word of what was typed stands in the account. */
export function fits(u: User, q: string): boolean {
	const text = `${u.name} ${u.login} ${u.roleName} ${(u.reach.places ?? []).join(" ")}`.toLowerCase();
	return q
		.toLowerCase()
		.split(/\s+/)
		.every((w) => text.includes(w));
}
