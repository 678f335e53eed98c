import type { Say } from "../../lib/say";
import type { Entry } from "./api";
import { collectionText, deedText, eventText, m } from "./messages";

/** What an event is called; one that this version does not know stands as it is. */
export const eventName = (event: string, say: Say): string =>
	event in eventText ? say(eventText[event as keyof typeof eventText]) : event;

export const collectionName = (c: string, say: Say): string =>
	c in collectionText ? say(collectionText[c as keyof typeof collectionText]) : c;

/** Who did it. */
export function actorName(e: Entry, say: Say): string {
	switch (e.actor.kind) {
		case "":
			return say(m.nobody);
		case "local":
			return say(m.thisComputer);
		case "system":
			return say(m.hub);
		default:
			return e.actor.name || e.actor.id;
	}
}

/** How an entry names the actor in the filter. */
export const actorKey = (e: Entry): string => e.actor.id || e.actor.kind;

/** What happened, in a few plain words. */
export function whatHappened(e: Entry, say: Say): string {
	const docs = e.documents ?? [];
	const [doc] = docs;
	if (e.event !== "data.changed") return eventName(e.event, say);
	if (!doc) {
		const counts = e.counts ?? [];
		if (counts.length === 0) return eventName(e.event, say);
		const one = (c: (typeof counts)[number]) =>
			say(m.documents, { collection: collectionName(c.collection, say), n: c.documents });
		return say(deedText.several, { what: say.list(counts.map(one)) });
	}
	const after = (pointer: string) => doc.fields?.find((f) => f.pointer === pointer)?.after;
	const what = collectionName(doc.collection, say);
	// A name that the document got, or that the trail knows it by.
	const given = after("/name") ?? after("/title");
	const name = typeof given === "string" ? given : (e.subject.name ?? "");
	const one = name ? say(deedText.named, { what, name }) : what;
	const all = docs.length > 1 ? say(deedText.rest, { first: one, n: docs.length - 1 }) : one;
	if (doc.new) return say(deedText.added, { what: all });
	if (doc.deleted) return say(deedText.removed, { what: all });
	if (doc.collection === "users" && after("/disabled") === true) return say(deedText.disabled, { what: all });
	if (doc.collection === "users" && after("/disabled") === false) return say(deedText.enabled, { what: all });
	if (doc.collection === "api_keys" && after("/ended") !== undefined)
		return say(deedText.keyEnded, { what: all });
	return say(deedText.changed, { what: all });
}

/** A value of a document, as it stands in a cell. */
export function valueText(v: unknown, say: Say): string {
	if (v === undefined || v === null) return "";
	if (v === "***") return say(m.secret);
	if (typeof v === "boolean") return say(v ? m.yes : m.no);
	if (typeof v === "string" || typeof v === "number") return String(v);
	if (Array.isArray(v) && v.every((x) => typeof x === "string")) return v.join(", ");
	return JSON.stringify(v);
}

/** Where what an entry is about is shown; undefined where that is nowhere. */
export function placeOf(e: Entry): { to: string; params?: { id: string }; search?: object } | undefined {
	const { kind, id } = e.subject;
	if (!id) return undefined;
	switch (kind) {
		case "vehicles":
			return { to: "/vehicles/$id", params: { id } };
		case "user":
		case "users":
			return { to: "/people", search: { tab: "users", user: id } };
		case "roles":
			return { to: "/people", search: { tab: "roles" } };
		case "organisations":
			return { to: "/people", search: { tab: "places" } };
		case "api_keys":
			return { to: "/keys" };
		default:
			return undefined;
	}
}
