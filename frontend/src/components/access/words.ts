import type { Described, Reach } from "../../lib/people";
import type { Say } from "../../lib/say";
import { m, reachText } from "./messages";

/** A reach in a few words, as it stands in a list. */
export function reachWords(r: Reach, say: Say): string {
	switch (r.kind) {
		case "all":
			return say(reachText.allShort);
		case "own":
			return say(reachText.ownShort);
		default:
			return say(r.kind === "locations" ? reachText.at : reachText.of, { places: say.list(r.places ?? []) });
	}
}

const groups = {
	vehicles: m.groupVehicles,
	insights: m.groupInsights,
	programs: m.groupPrograms,
	hub: m.groupHub,
	people: m.groupPeople,
} satisfies Record<Described["group"], unknown>;

/** What a group of permissions is about. */
export const groupName = (g: Described["group"], say: Say): string => say(groups[g]);

/** Permissions by what they are about, in reading order. */
export function byGroup<T extends Described>(list: T[]): [Described["group"], T[]][] {
	const names = [...new Set(list.map((d) => d.group))];
	return names.map((g) => [g, list.filter((d) => d.group === g)]);
}

/** A sentence's begin in a capital letter, as a label of its own. */
export const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);
