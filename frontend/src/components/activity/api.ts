import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Activity = Schemas["Activity"];
export type Difference = Schemas["Difference"];
export type FieldChanged = Schemas["FieldChanged"];

/** Who did what, of one vehicle or of all, the newest first. */
export const activityQuery = (vehicle?: string) =>
	infiniteQueryOptions({
		queryKey: ["activity", "list", vehicle ?? ""],
		initialPageParam: undefined as string | undefined,
		queryFn: ({ pageParam, signal }) =>
			data(
				api.GET("/api/v1/activity", {
					params: { query: { vehicle, cursor: pageParam, limit: 50 } },
					signal,
				}),
			),
		getNextPageParam: (last) => last.next,
	});

/** What one write changed, field by field. It stays as it is, so it is read once. */
export const differencesQuery = (batch: string, vehicle?: string) =>
	infiniteQueryOptions({
		queryKey: ["differences", batch, vehicle ?? ""],
		initialPageParam: undefined as string | undefined,
		queryFn: ({ pageParam, signal }) =>
			data(
				api.GET("/api/v1/activity/{batch}", {
					params: { path: { batch }, query: { vehicle, cursor: pageParam, limit: 10 } },
					signal,
				}),
			),
		getNextPageParam: (last) => last.next,
		staleTime: 60_000,
	});
