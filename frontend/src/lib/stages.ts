import { stageText } from "./messages";
import type { Say } from "./say";

/** Where a vehicle stands in its life with its holder, in order. */
export const stages = ["seen", "bought", "in_work", "listed", "sold"] as const;

export function stageName(stage: string, say: Say): string {
	const known = stages.find((s) => s === stage);
	return known ? say(stageText[known]) : stage;
}
