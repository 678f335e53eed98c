import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";
import { sendFile } from "../../lib/upload";

export type Engine = Schemas["Engine"];
export type Earning = Schemas["Earning"];
export type Capability = Earning["capability"];
export type Pack = Schemas["Pack"];
export type Added = Schemas["Added"];
export type Advice = Schemas["Advice"];
export type Order = Schemas["Order"];
export type Provider = Schemas["Provider"];
export type ProviderEntry = Schemas["ProviderEntry"];
export type Offer = Schemas["Offer"];

/** The models that can be asked. Workers start and stop by themselves, so it is asked again. */
export const enginesQuery = queryOptions({
	queryKey: ["engines"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/engines", { signal }))).items,
	refetchInterval: 5_000,
});

export const packsQuery = queryOptions({
	queryKey: ["models"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/models", { signal }))).items,
});

export const packQuery = (name: string) =>
	queryOptions({
		queryKey: ["models", name],
		queryFn: ({ signal }) => data(api.GET("/api/v1/models/{name}", { params: { path: { name } }, signal })),
	});

export const adviceQuery = queryOptions({
	queryKey: ["models", "advice"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/models/advice", { signal }))).items,
	staleTime: Number.POSITIVE_INFINITY,
});

/** The setting that names the registry of models. */
export const registryQuery = queryOptions({
	queryKey: ["settings"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/settings", { signal }))).items,
	select: (all) => all.find((s) => s.key === "registry.address"),
	staleTime: Number.POSITIVE_INFINITY,
});

export const ordersQuery = queryOptions({
	queryKey: ["orders"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/orders", { signal }))).items,
});

export const providersQuery = queryOptions({
	queryKey: ["providers"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/providers", { signal }))).items,
});

export const bench = (ref: string) => data(api.POST("/api/v1/engines/bench", { body: { ref } }));
export const pull = (name: string) => data(api.POST("/api/v1/models/pull", { body: { name } }));
export const removeModel = (name: string) =>
	api.DELETE("/api/v1/models/{name}", { params: { path: { name } } });
export const restoreModel = (name: string) =>
	data(api.POST("/api/v1/models/{name}/restore", { params: { path: { name } } }));

export const setOrder = (capability: Capability, refs: string[], never: string[]) =>
	data(api.PUT("/api/v1/orders/{capability}", { params: { path: { capability } }, body: { refs, never } }));

const at = (p: Provider) => ({ path: { id: p.id }, header: { "If-Match": `"${p.rev}"` } });

export const saveProvider = (p: Provider | undefined, body: ProviderEntry) =>
	p
		? data(api.PUT("/api/v1/providers/{id}", { params: at(p), body }))
		: data(api.POST("/api/v1/providers", { body }));
export const removeProvider = (p: Provider) => api.DELETE("/api/v1/providers/{id}", { params: at(p) });
export const offersOf = async (id: string) =>
	(await data(api.POST("/api/v1/providers/{id}/offers", { params: { path: { id } } }))).items;

/** A provider as it is kept, for a write that changes a part of it. */
export const entryOf = (p: Provider): ProviderEntry => ({
	name: p.name,
	kind: p.kind,
	url: p.url,
	models: p.models,
	enabled: p.enabled,
});

export const upload = (file: File, onProgress: (sent: number) => void, signal: AbortSignal) =>
	sendFile<Added>(`/api/v1/models/import?file=${encodeURIComponent(file.name)}`, file, onProgress, signal);
