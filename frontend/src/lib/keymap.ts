import { catalogue, type Message } from "./catalogue";

const m = catalogue("keys", {
	palette: "Find or do anything",
	search: "Search vehicles",
	decode: "Decode a VIN",
	create: "New vehicle: decode its VIN, then save",
	vehicles: "All vehicles",
	lists: "Check a list of vehicles",
	settings: "Settings",
	backups: "Backups and recovery",
	jobs: "Jobs: long work in progress",
	models: "Models",
	activity: "Activity: who did what",
	trash: "Trash",
	people: "People: users, roles and places",
	next: "Next vehicle of the list",
	previous: "Previous vehicle of the list",
	open: "Open the vehicle",
	select: "Select the vehicle of the list",
	edit: "Edit the vehicle",
	close: "Close, or clear the VIN",
	help: "This sheet",
});

export interface Shortcut {
	/** Pressed one after the other. "Mod+k" is Ctrl, or ⌘ on a Mac, held with k. */
	keys: string[];
	about: Message;
}

/**
 * Every key of the app, in the order of the sheet. The sheet and the handlers
 * both read it: a key that is not here does nothing. Esc is a dialog's and a
 * box's own; it stands here for the sheet.
 */
export const keymap = {
	palette: { keys: ["Mod+k"], about: m.palette },
	search: { keys: ["/"], about: m.search },
	decode: { keys: ["d"], about: m.decode },
	create: { keys: ["n"], about: m.create },
	lists: { keys: ["i"], about: m.lists },
	vehicles: { keys: ["g", "v"], about: m.vehicles },
	settings: { keys: ["g", "s"], about: m.settings },
	backups: { keys: ["g", "b"], about: m.backups },
	jobs: { keys: ["g", "j"], about: m.jobs },
	models: { keys: ["g", "m"], about: m.models },
	activity: { keys: ["g", "h"], about: m.activity },
	trash: { keys: ["g", "t"], about: m.trash },
	people: { keys: ["g", "p"], about: m.people },
	next: { keys: ["j"], about: m.next },
	previous: { keys: ["k"], about: m.previous },
	open: { keys: ["Enter"], about: m.open },
	select: { keys: ["x"], about: m.select },
	edit: { keys: ["e"], about: m.edit },
	close: { keys: ["Esc"], about: m.close },
	help: { keys: ["?"], about: m.help },
} satisfies Record<string, Shortcut>;

export type Action = keyof typeof keymap;

/** Whether Mod is ⌘ here. */
export const isMac = (platform = globalThis.navigator?.platform ?? ""): boolean =>
	/Mac|iP(hone|ad)/.test(platform);

/** A key as it is printed on the board. */
export const keyName = (key: string): string => key.replace("Mod+k", isMac() ? "⌘ K" : "Ctrl K");
