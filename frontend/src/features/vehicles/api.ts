import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, written } from "../../lib/api";
import { lastWrite } from "../../lib/sequence";

export type Vehicle = Schemas["Vehicle"];
export type FoundVehicle = Schemas["FoundVehicle"];

export type SavedView = Schemas["SavedView"];
export type Change = Schemas["Change"];
export type BulkAnswer = Schemas["BulkAnswer"];

/** Rows that are read at once. */
export const pageSize = 60;

/** One page of the vehicles that match; everything, the last changed first, where nothing is asked. */
export const fleetPage = (q: string, sort: string | undefined, page: number) =>
	queryOptions({
		queryKey: ["search", "fleet", q, sort ?? "", page],
		queryFn: ({ signal }) =>
			data(
				api.GET("/api/v1/search", {
					params: {
						query: {
							q,
							sort: sort || (q ? undefined : "-changed"),
							offset: page * pageSize,
							limit: pageSize,
							after: lastWrite.seq,
							facets: page === 0 ? ["stage", "make", "location"] : undefined,
						},
					},
					signal,
				}),
			),
		// While the index is built or lags, ask again until it has caught up.
		refetchInterval: (query) => (query.state.data?.building || query.state.data?.stale ? 400 : false),
	});

/** Fields by whose values the list narrows, in the order of the panel. */
export const facetFields = [
	"stage",
	"make",
	"model",
	"year",
	"type",
	"body",
	"fuel",
	"drive",
	"color",
	"location",
	"tag",
	"list",
	"mismatch",
] as const;

/** How often each value stands in what matches. */
export const facetsQuery = (q: string) =>
	queryOptions({
		queryKey: ["search", "facets", q],
		queryFn: async ({ signal }) =>
			(
				await data(
					api.GET("/api/v1/search", {
						params: { query: { q, limit: 1, after: lastWrite.seq, facets: [...facetFields] } },
						signal,
					}),
				)
			).facets ?? {},
		placeholderData: keepPreviousData,
	});

/** The saved views: one's own and the shared ones. */
export const viewsQuery = queryOptions({
	queryKey: ["views"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/views", { signal }))).items,
});
type NewView = Pick<SavedView, "name" | "query" | "sort" | "columns" | "shared">;
// The generated body asks for read-only fields too, which a client does not send.
export const addView = (v: NewView) => data(api.POST("/api/v1/views", { body: v as SavedView }));
export const removeView = async (id: string): Promise<void> => {
	await api.DELETE("/api/v1/views/{view}", { params: { path: { view: id } } });
};

/** One change of many vehicles: those of ids, or all that a search finds. */
export const changeMany = (of: { ids: string[] } | { query: string }, change: Change) =>
	written(api.POST("/api/v1/vehicles/bulk", { body: { ...of, change } }));
export const loadSample = () => written(api.POST("/api/v1/sample"));
export const removeSample = () => written(api.DELETE("/api/v1/sample"));

export type Format = "csv" | "xlsx" | "json" | "jsonl";

/** What the list shows, as a file; all vehicles with everything as JSON Lines. */
export const exportVehicles = (
	format: Format,
	of: { q: string; sort: string; columns: string[] },
): Promise<Blob> =>
	data(
		api.GET("/api/v1/vehicles/export", {
			params: {
				query: {
					format,
					q: of.q || undefined,
					sort: of.sort || undefined,
					columns: format === "jsonl" ? undefined : of.columns,
				},
			},
			// A column of somebody's own field may have a comma in its name.
			querySerializer: { array: { style: "form", explode: true } },
			parseAs: "blob",
		}) as Promise<{ data?: Blob }>,
	);
