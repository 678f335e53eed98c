import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, written } from "../../lib/api";

export type ChangedDecode = Schemas["ChangedDecode"];

/** What one answer holds, and what one write may accept. */
const page = 100;

export const changesQuery = infiniteQueryOptions({
	queryKey: ["vpic", "changes"],
	queryFn: ({ pageParam, signal }) =>
		data(
			api.GET("/api/v1/vpic/changes", {
				params: { query: { limit: page, cursor: pageParam || undefined } },
				signal,
			}),
		),
	initialPageParam: "",
	getNextPageParam: (last) => last.next,
});

export const accept = (vehicles: string[]) =>
	written(api.POST("/api/v1/vpic/changes/accept", { body: { vehicles } }));

export const acceptAll = () => data(api.POST("/api/v1/vpic/changes/accept-all"));
