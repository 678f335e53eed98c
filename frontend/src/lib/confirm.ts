import { useSyncExternalStore } from "react";

/** The type of the problem by which the hub asks who sends a write to prove who they are. */
export const needsConfirm = "urn:hubcap:confirm";

let answer: ((sent: boolean) => void) | undefined;
let asked: Promise<boolean> | undefined;
const watchers = new Set<() => void>();

function tell(): void {
	for (const w of watchers) w();
}

/**
 * What stands between a write that needs a fresh proof and its sender: one
 * dialog for all that wait for it.
 */
export const confirmation = {
	/** Waits for the dialog: true once the person has proved who they are, false when they gave it up. */
	ask(): Promise<boolean> {
		asked ??= new Promise<boolean>((done) => {
			answer = done;
			tell();
		}).finally(() => {
			asked = undefined;
			answer = undefined;
			tell();
		});
		return asked;
	},
	settle(proved: boolean): void {
		answer?.(proved);
	},
	get open(): boolean {
		return answer !== undefined;
	},
	watch(w: () => void): () => void {
		watchers.add(w);
		return () => watchers.delete(w);
	},
};

export const useConfirmation = (): boolean =>
	useSyncExternalStore(confirmation.watch, () => confirmation.open);
