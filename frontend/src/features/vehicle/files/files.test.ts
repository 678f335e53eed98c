import { describe, expect, it } from "vitest";
import type { Attachment } from "./api";
import { calledOf, dragsFiles, filesIn, mostBytes, refused, shownAs, sorted, stepped } from "./files";

const of = (part: Partial<Attachment>): Attachment =>
	({
		id: "1",
		kind: "photo",
		name: "a.jpg",
		mayOpen: true,
		picture: true,
		text: false,
		...part,
	}) as Attachment;

describe("the photos and papers of a vehicle", () => {
	it("puts the cover in front, photos as they were added and papers the newest first", () => {
		const all = ["e", "d", "c", "b", "a"].map((id) =>
			of({ id, kind: id === "d" || id === "b" ? "paper" : "photo" }),
		);
		const { photos, papers } = sorted(all, "c");
		expect(photos.map((a) => a.id)).toEqual(["c", "a", "e"]);
		expect(papers.map((a) => a.id)).toEqual(["d", "b"]);
		expect(sorted(all, "gone").photos.map((a) => a.id)).toEqual(["a", "c", "e"]);
	});

	it("calls them by their title, else by the file's name", () => {
		expect(calledOf(of({ title: "Front" }))).toBe("Front");
		expect(calledOf(of({ title: "" }))).toBe("a.jpg");
	});

	it("shows a picture, else the text, and nothing that may not be opened", () => {
		expect(shownAs(of({}))).toBe("picture");
		expect(shownAs(of({ picture: false, text: true }))).toBe("text");
		expect(shownAs(of({ picture: false }))).toBe("none");
		expect(shownAs(of({ mayOpen: false }))).toBe("none");
	});

	it("goes around the end", () => {
		expect([stepped(0, -1, 3), stepped(2, 1, 3), stepped(0, 1, 1), stepped(0, 1, 0)]).toEqual([2, 0, 0, 0]);
	});

	it("sends no file that would be refused", () => {
		expect([refused({ size: 0 }), refused({ size: mostBytes + 1 }), refused({ size: mostBytes })]).toEqual([
			"empty",
			"tooLarge",
			undefined,
		]);
	});

	it("takes files, and pictures that come as items alone, and leaves text", () => {
		const file = new File(["x"], "a.png");
		const items = (list: Partial<DataTransferItem>[]) => list as unknown as DataTransferItemList;
		const list = (f: File[]) => f as unknown as FileList;
		expect(filesIn({ files: list([file]), items: items([]) })).toEqual([file]);
		expect(
			filesIn({
				files: list([]),
				items: items([{ kind: "string" }, { kind: "file", getAsFile: () => file }]),
			}),
		).toEqual([file]);
		expect(filesIn(null)).toEqual([]);
		expect(dragsFiles({ types: ["text/plain"] })).toBe(false);
		expect(dragsFiles({ types: ["Files"] })).toBe(true);
	});
});
