import { usePreferences, useSetPreferences } from "../../lib/queries";
import type { Paper } from "./api";

/** Currencies of countries that print on Letter; the hub knows the same. */
const onLetter = ["USD", "CAD", "MXN"];

/** The paper that this person prints on, and what remembers another. */
export function usePaper(): [Paper, (to: Paper) => void] {
	const p = usePreferences();
	const set = useSetPreferences();
	const paper = p.paper ?? (onLetter.includes(p.currency) ? "letter" : "a4");
	return [paper, (to) => to !== paper && set.mutate({ ...p, paper: to })];
}
