import { Failure, problemOf, send } from "./api";

/** Where a file went: a path in the desktop window, "" in a browser, which keeps that to itself. */
export type Saved = { saved: true; path: string } | { saved: false };

/**
 * Saves a file where the person wants it: by the browser's own download, or,
 * in the desktop window, by the system's dialog. A link with `download` would
 * save silently into the home folder there.
 */
export async function saveFile(name: string, file: Blob, inWindow: boolean): Promise<Saved> {
	if (inWindow) {
		const answer = await send(
			new Request(
				new URL(`/api/v1/window/save?name=${encodeURIComponent(name)}`, globalThis.location.origin),
				{
					method: "PUT",
					headers: { "Content-Type": "application/octet-stream" },
					body: file,
				},
			),
		);
		if (!answer.ok) throw new Failure(await problemOf(answer));
		const body = (await answer.json()) as { saved: boolean; path?: string };
		return body.saved ? { saved: true, path: body.path ?? "" } : { saved: false };
	}
	const url = URL.createObjectURL(file);
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	link.click();
	// The browser has begun to read it by the next turn of the loop; some take longer to open it.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
	return { saved: true, path: "" };
}

/** One row of CSV: quoted where it must be, and never a formula to a spreadsheet. */
export function csvRow(cells: (string | number)[]): string {
	return cells
		.map((c) => {
			const s = String(c);
			const plain = /^[=+\-@\t\r]/.test(s) && typeof c === "string" ? `'${s}` : s;
			return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
		})
		.join(",");
}
