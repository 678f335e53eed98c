import { Failure, heard, problemOf, type Written } from "./api";
import { view } from "./view";

/** Sends a file as it is, and answers with what the hub says of it. */
export const sendFile = async <T>(...sent: Parameters<typeof sendFileWritten>): Promise<T> =>
	(await sendFileWritten<T>(...sent)).value;

/**
 * sendFile with the name by which the write is undone. fetch tells nothing of
 * how far an upload is, so this is an XMLHttpRequest.
 */
export function sendFileWritten<T>(
	where: string,
	file: File,
	onProgress: (sent: number) => void,
	signal: AbortSignal,
): Promise<Written<T>> {
	return new Promise((done, failed) => {
		const x = new XMLHttpRequest();
		x.open("PUT", where);
		x.setRequestHeader("Content-Type", "application/octet-stream");
		const headers = new Headers();
		view.into(headers);
		headers.forEach((value, name) => {
			x.setRequestHeader(name, value);
		});
		x.upload.onprogress = (e) => onProgress(e.loaded);
		x.onload = async () => {
			const answer = new Response(x.responseText, {
				status: x.status,
				headers: ["Content-Type", "Hubcap-Seq", "Hubcap-Batch"].map((h): [string, string] => [
					h,
					x.getResponseHeader(h) ?? "",
				]),
			});
			heard(answer);
			if (answer.ok)
				done({ value: (await answer.json()) as T, batch: answer.headers.get("Hubcap-Batch") ?? "" });
			else failed(new Failure(await problemOf(answer)));
		};
		const lost = { type: "about:blank", title: "", status: 0, detail: "" };
		x.onerror = () => failed(new Failure(lost));
		x.onabort = () => failed(new DOMException("", "AbortError"));
		signal.addEventListener("abort", () => x.abort(), { once: true });
		x.send(file);
	});
}
