import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, written } from "../../lib/api";
import { sendFile } from "../../lib/upload";

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

/** The vPIC release in use. */
export const vpicQuery = queryOptions({
	queryKey: ["vpic", "info"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/vpic", { signal })),
});

/** The last job that brings a release in, and the last that decodes saved vehicles again. */
export const vpicJobsQuery = queryOptions({
	queryKey: ["vpic", "jobs"],
	queryFn: async ({ signal }) => {
		const list = async (which: "open" | "ended") =>
			(await data(api.GET("/api/v1/jobs", { params: { query: { which, limit: 50 } }, signal }))).items;
		const all = (await Promise.all([list("open"), list("ended")]))
			.flat()
			.sort((a, b) => (a.id < b.id ? 1 : -1));
		const last = (kind: string) => all.find((j) => j.kind === kind);
		return { update: last("vpic_update"), redecode: last("vpic_redecode") };
	},
	refetchInterval: (q) =>
		[q.state.data?.update, q.state.data?.redecode].some((j) => j && !j.ended) ? 500 : false,
});

/** What a job that brought a release in says of it. */
export interface BroughtIn {
	release: string;
	before: string;
	already: boolean;
	warnings: string[];
	changed: { vin: string; differences: string[] }[];
	took_ms: number;
}

export const uploadVpic = (
	file: File,
	force: boolean,
	onProgress: (n: number) => void,
	signal: AbortSignal,
) =>
	sendFile<Schemas["Job"]>(
		`/api/v1/vpic/update?file=${encodeURIComponent(file.name)}${force ? "&force=true" : ""}`,
		file,
		onProgress,
		signal,
	);
export const revertVpic = () => data(api.POST("/api/v1/vpic/revert"));

export type Examination = Schemas["Examination"];
export const examine = (repair: boolean) =>
	repair ? data(api.POST("/api/v1/doctor/repair")) : data(api.GET("/api/v1/doctor"));

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

/** The recalls and fuel economy in use. */
export const referenceQuery = queryOptions({
	queryKey: ["reference", "status"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/reference", { signal })),
});

/** The last job that brings recalls or fuel economy in. */
export const referenceJobQuery = queryOptions({
	queryKey: ["reference", "job"],
	queryFn: async ({ signal }) => {
		const list = async (which: "open" | "ended") =>
			(await data(api.GET("/api/v1/jobs", { params: { query: { which, limit: 50 } }, signal }))).items;
		const all = (await Promise.all([list("open"), list("ended")])).flat();
		return all.sort((a, b) => (a.id < b.id ? 1 : -1)).find((j) => j.kind === "reference_import") ?? null;
	},
	refetchInterval: (q) => (q.state.data && !q.state.data.ended ? 500 : false),
});

export const uploadReference = (
	file: File,
	force: boolean,
	onProgress: (n: number) => void,
	signal: AbortSignal,
) =>
	sendFile<Schemas["Job"]>(
		`/api/v1/reference/import?file=${encodeURIComponent(file.name)}${force ? "&force=true" : ""}`,
		file,
		onProgress,
		signal,
	);
export const removeReference = (kind: "recalls" | "economy") =>
	data(api.DELETE("/api/v1/reference/{kind}", { params: { path: { kind } } }));
