import { queryOptions } from "@tanstack/react-query";
import { api, data, Failure, problemOf, type Schemas, send, written } from "../../../lib/api";
import { content } from "../../../lib/attachments";
import { sendFileWritten } from "../../../lib/upload";

export type Attachment = Schemas["Attachment"];
export type Edit = Schemas["AttachmentEdit"];

/** All photos and papers of a vehicle, the newest first; there are 500 at most. */
export const attachmentsQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "attachments"],
		queryFn: async ({ signal }) => {
			const all: Attachment[] = [];
			for (let cursor: string | undefined; ; ) {
				const page = await data(
					api.GET("/api/v1/vehicles/{id}/attachments", {
						params: { path: { id }, query: { limit: 200, cursor } },
						signal,
					}),
				);
				all.push(...page.items);
				if (!page.next) return all;
				cursor = page.next;
			}
		},
	});

export const textQuery = (a: Attachment) =>
	queryOptions({
		queryKey: ["vehicle", a.vehicle, "attachments", a.id, "text"],
		queryFn: ({ signal }) =>
			data(
				api.GET("/api/v1/vehicles/{id}/attachments/{attachment}/text", {
					params: { path: { id: a.vehicle, attachment: a.id } },
					signal,
				}),
			),
		staleTime: Number.POSITIVE_INFINITY,
	});

/** Sends one file; the hub says itself what it is. */
export const attach = (id: string, file: File, onSent: (n: number) => void, signal: AbortSignal) =>
	sendFileWritten<Attachment>(
		`/api/v1/vehicles/${encodeURIComponent(id)}/attachments?name=${encodeURIComponent(file.name || "file")}`,
		file,
		onSent,
		signal,
	);

const at = (a: Pick<Attachment, "id" | "vehicle" | "rev">) => ({
	path: { id: a.vehicle, attachment: a.id },
	header: { "If-Match": `"${a.rev}"` },
});

export const editAttachment = (a: Attachment, body: Edit) =>
	written(api.PATCH("/api/v1/vehicles/{id}/attachments/{attachment}", { params: at(a), body }));

export const removeAttachment = (a: Attachment) =>
	written(api.DELETE("/api/v1/vehicles/{id}/attachments/{attachment}", { params: at(a) }));

/** Reads a paper into a draft of a record; nothing is saved. */
export const draftOf = (a: Attachment) =>
	data(
		api.POST("/api/v1/vehicles/{id}/attachments/{attachment}/draft", {
			params: { path: { id: a.vehicle, attachment: a.id } },
		}),
	);

/** The file as it was sent. */
export async function fetchContent(a: Attachment): Promise<Blob> {
	const answer = await send(new Request(new URL(content(a.vehicle, a.id, true), globalThis.location.origin)));
	if (!answer.ok) throw new Failure(await problemOf(answer));
	return answer.blob();
}
