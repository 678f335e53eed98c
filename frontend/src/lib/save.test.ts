import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { csvRow, saveFile } from "./save";

const server = setupServer();
beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("in the window the file goes to the system's dialog", async () => {
	let got = "";
	server.use(
		http.put("*/api/v1/window/save", async ({ request }) => {
			got = `${new URL(request.url).searchParams.get("name")} ${request.headers.get("Content-Type")} ${await request.text()}`;
			return HttpResponse.json({ saved: true, path: "/home/me/list.csv" });
		}),
	);
	expect(await saveFile("list & more.csv", new Blob(["a,b"]), true)).toEqual({
		saved: true,
		path: "/home/me/list.csv",
	});
	expect(got).toBe("list & more.csv application/octet-stream a,b");
});

test("changing one's mind is no failure", async () => {
	server.use(http.put("*/api/v1/window/save", () => HttpResponse.json({ saved: false })));
	expect(await saveFile("x", new Blob(["a"]), true)).toEqual({ saved: false });
});

test("a window that can't write says why", async () => {
	server.use(
		http.put("*/api/v1/window/save", () =>
			HttpResponse.json(
				{ type: "about:blank", title: "Full", status: 507, detail: "There is no room left." },
				{ status: 507, headers: { "Content-Type": "application/problem+json" } },
			),
		),
	);
	await expect(saveFile("x", new Blob(["a"]), true)).rejects.toThrow("There is no room left.");
});

test("in a browser it is a download", async () => {
	URL.createObjectURL = vi.fn(() => "blob:x");
	URL.revokeObjectURL = vi.fn();
	const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
	expect(await saveFile("list.csv", new Blob(["a"]), false)).toEqual({ saved: true, path: "" });
	expect(click).toHaveBeenCalledOnce();
});

test.each([
	[["a", 1, ""], "a,1,"],
	[['say "hi"', "b,c"], '"say ""hi""","b,c"'],
	[["=1+1", "+x", "-2", "@a", -2], "'=1+1,'+x,'-2,'@a,-2"],
])("a row of CSV: %j", (cells, want) => {
	expect(csvRow(cells)).toBe(want);
});
