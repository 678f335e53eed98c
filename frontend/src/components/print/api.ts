import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type LabelSheet = Schemas["Template"];
export type Paper = "a4" | "letter";
export type Code = "qr" | "code128" | "code39";

/** Vehicles that are printed: some by their ids, or all that a search finds. */
export type Which = { ids: string[] } | { query: string };

export type PrintOrder = Omit<Schemas["PrintOrder"], "ids" | "query">;

/** So many stickers, and so many labels, are printed while one waits. */
const atOnce = { stickers: 20, labels: 100 } as const;

export const labelSheetsQuery = queryOptions({
	queryKey: ["labels"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/labels", { signal }))).items,
	staleTime: Number.POSITIVE_INFINITY,
});

// The generated body says a string where a file comes.
const blob = (answer: unknown) => data(answer as Promise<{ data?: Blob }>);

/** The document at once where they are few; else the job that prints them. */
export async function print(
	which: Which,
	o: PrintOrder,
): Promise<{ file: Blob; job?: undefined } | { job: string }> {
	if ("query" in which || which.ids.length > atOnce[o.what]) {
		const j = await data(api.POST("/api/v1/vehicles/print", { body: { ...o, ...which } }));
		return { job: j.id };
	}
	const id = which.ids;
	const file =
		o.what === "stickers"
			? blob(
					api.GET("/api/v1/vehicles/stickers", {
						params: { query: { id, paper: o.paper } },
						parseAs: "blob",
					}),
				)
			: blob(
					api.GET("/api/v1/vehicles/labels", {
						params: {
							query: { id, template: o.template ?? "", code: o.code, start: o.start },
						},
						parseAs: "blob",
					}),
				);
	return { file: await file };
}

/** What a job printed. */
export const printed = (id: string, format: "pdf" | "zip"): Promise<Blob> =>
	blob(api.GET("/api/v1/printed/{id}", { params: { path: { id }, query: { format } }, parseAs: "blob" }));
