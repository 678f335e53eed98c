import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Vehicle = Schemas["Vehicle"];

/** Vehicles, the last changed first, a page at a time. */
export const vehiclesQuery = infiniteQueryOptions({
	queryKey: ["vehicles", "list"],
	queryFn: ({ pageParam, signal }) =>
		data(api.GET("/api/v1/vehicles", { params: { query: { cursor: pageParam, limit: 60 } }, signal })),
	initialPageParam: undefined as string | undefined,
	getNextPageParam: (last) => last.next,
});

export const loadSample = () => data(api.POST("/api/v1/sample"));
export const removeSample = () => data(api.DELETE("/api/v1/sample"));
