import type { Attachment } from "./api";

/** The greatest file that the hub keeps, in bytes. */
export const mostBytes = 50_000_000;

export const calledOf = (a: Pick<Attachment, "title" | "name">): string => a.title || a.name;

/** Why a file need not be sent at all. */
export const refused = (f: Pick<File, "size">): "tooLarge" | "empty" | undefined =>
	f.size > mostBytes ? "tooLarge" : f.size === 0 ? "empty" : undefined;

/** The files that are dropped or pasted; text and links are none. */
export function filesIn(from: Pick<DataTransfer, "files" | "items"> | null): File[] {
	if (!from) return [];
	const listed = [...from.files];
	if (listed.length > 0) return listed;
	// A picture that is copied out of a page comes as an item alone.
	return [...from.items].filter((i) => i.kind === "file").flatMap((i) => i.getAsFile() ?? []);
}

/** Whether something that is dragged holds files. */
export const dragsFiles = (t: Pick<DataTransfer, "types"> | null): boolean =>
	t?.types.includes("Files") ?? false;

/** Photos by when they were added, with the cover in front; papers the newest first. */
export function sorted(all: Attachment[], cover: string | undefined) {
	const photos = all.filter((a) => a.kind === "photo").toReversed();
	const front = photos.filter((a) => a.id === cover);
	return {
		photos: [...front, ...photos.filter((a) => a.id !== cover)],
		papers: all.filter((a) => a.kind !== "photo"),
	};
}

/** The place after a step, around the end. */
export const stepped = (at: number, by: number, n: number): number => (n === 0 ? 0 : (at + by + n) % n);

/** How a file is shown here: as a picture, by its text, by the browser itself, or not at all. */
export function shownAs(a: Attachment): "picture" | "text" | "none" {
	if (!a.mayOpen) return "none";
	if (a.picture) return "picture";
	return a.text ? "text" : "none";
}
