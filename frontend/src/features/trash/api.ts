import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Thrown = Schemas["Thrown"];

export const trashQuery = infiniteQueryOptions({
	queryKey: ["trash"],
	initialPageParam: undefined as string | undefined,
	queryFn: ({ pageParam, signal }) =>
		data(api.GET("/api/v1/trash", { params: { query: { cursor: pageParam, limit: 50 } }, signal })),
	getNextPageParam: (last) => last.next,
});

export const purge = (t: Thrown) =>
	api.POST("/api/v1/trash/purge/{batch}/{id}", { params: { path: { batch: t.batch, id: t.id } } });
