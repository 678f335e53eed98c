import { type Keep, openKeep } from "./keep";

// Whose lanes are shown while the hub is away: those of whoever was here last.
const last = "last owner";

export const lastOwner = (keep: Keep): Promise<string | undefined> => keep.get(last);
export const noteOwner = (keep: Keep, owner: string): Promise<void> => keep.set(last, owner);

/** Shows nobody's lanes any more while the hub is away; they stay for when that person comes back. */
export function forgetOwner(): void {
	openKeep()
		.then((keep) => keep.set(last, undefined))
		.catch(() => undefined);
}
