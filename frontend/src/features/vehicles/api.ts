import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, written } from "../../lib/api";
import { lastWrite } from "../../lib/sequence";

export type Vehicle = Schemas["Vehicle"];
export type FoundVehicle = Schemas["FoundVehicle"];

/** Vehicles that match, a page at a time; everything, the last changed first, where nothing is asked. */
export const searchQuery = (q: string, sort: string | undefined) =>
	infiniteQueryOptions({
		queryKey: ["search", q, sort ?? ""],
		queryFn: ({ pageParam, signal }) =>
			data(
				api.GET("/api/v1/search", {
					params: {
						query: {
							q,
							sort: sort ?? (q ? undefined : "-changed"),
							cursor: pageParam,
							limit: 60,
							after: lastWrite.seq,
							facets: pageParam ? undefined : ["stage", "make", "location"],
						},
					},
					signal,
				}),
			),
		initialPageParam: undefined as string | undefined,
		getNextPageParam: (last) => last.next,
		// While the index is built or lags, ask again until it has caught up.
		refetchInterval: (query) => (query.state.data?.pages.some((p) => p.building || p.stale) ? 400 : false),
	});

export const loadSample = () => written(api.POST("/api/v1/sample"));
export const removeSample = () => written(api.DELETE("/api/v1/sample"));

/** All vehicles that somebody sees, as a file. */
export const exportVehicles = (format: "csv" | "jsonl"): Promise<Blob> =>
	data(
		api.GET("/api/v1/vehicles/export", {
			params: { query: { format } },
			parseAs: "blob",
		}) as Promise<{ data?: Blob }>,
	);
