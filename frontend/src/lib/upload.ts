import { Failure, heard, problemOf } from "./api";
import { view } from "./view";

/**
 * Sends a file as it is, and answers with what the hub says of it. fetch
 * tells nothing of how far an upload is, so this is an XMLHttpRequest.
 */
export function sendFile<T>(
	where: string,
	file: File,
	onProgress: (sent: number) => void,
	signal: AbortSignal,
): Promise<T> {
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
				headers: { "Content-Type": x.getResponseHeader("Content-Type") ?? "" },
			});
			heard(answer);
			if (answer.ok) done((await answer.json()) as T);
			else failed(new Failure(await problemOf(answer)));
		};
		const lost = { type: "about:blank", title: "", status: 0, detail: "" };
		x.onerror = () => failed(new Failure(lost));
		x.onabort = () => failed(new DOMException("", "AbortError"));
		signal.addEventListener("abort", () => x.abort(), { once: true });
		x.send(file);
	});
}
