import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, written } from "../../lib/api";

export type HubSetting = Schemas["HubSetting"];

/** The hub's own settings; they change with a new start only. */
export const hubSettingsQuery = queryOptions({
	queryKey: ["settings"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/settings", { signal }))).items,
});

/** What the search index says of itself, in an answer to everything. */
export const indexQuery = queryOptions({
	queryKey: ["search", "index"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/search", { params: { query: { limit: 1 } }, signal })),
	refetchInterval: (q) => (q.state.data?.building || q.state.data?.stale ? 1_000 : false),
});

export const rebuildIndex = () => data(api.POST("/api/v1/search/rebuild"));

/** A job, asked for again while it runs. */
export const jobQuery = (id: string) =>
	queryOptions({
		queryKey: ["job", id],
		queryFn: ({ signal }) => data(api.GET("/api/v1/jobs/{id}", { params: { path: { id } }, signal })),
		enabled: id !== "",
		refetchInterval: (q) => (q.state.data?.ended ? false : 500),
	});

export const loadSample = () => written(api.POST("/api/v1/sample"));
export const removeSample = () => written(api.DELETE("/api/v1/sample"));

/** Everything a report is made of. */
export const reportParts = () =>
	Promise.all([
		data(api.GET("/api/v1/meta")),
		data(api.GET("/api/v1/settings")),
		data(api.GET("/api/v1/model")),
		data(api.GET("/api/v1/preferences")),
		data(api.GET("/api/v1/search", { params: { query: { limit: 1 } } })),
	]);
