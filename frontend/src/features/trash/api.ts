import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, written } from "../../lib/api";

export type Thrown = Schemas["Thrown"];

export const trashQuery = infiniteQueryOptions({
	queryKey: ["trash"],
	initialPageParam: undefined as string | undefined,
	queryFn: ({ pageParam, signal }) =>
		data(api.GET("/api/v1/trash", { params: { query: { cursor: pageParam, limit: 50 } }, signal })),
	getNextPageParam: (last) => last.next,
});

/** Brings back one vehicle of what was removed together, or all of it. */
export const bringBack = (batch: string, vehicle?: string) =>
	written(api.POST("/api/v1/undo/{batch}", { params: { path: { batch }, query: { vehicle } } }));

export const purge = (t: Thrown) =>
	api.POST("/api/v1/trash/purge/{batch}/{id}", { params: { path: { batch: t.batch, id: t.id } } });
