import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Key = Schemas["Key"];
export type KeyDraft = Schemas["KeyDraft"];
export type NewKey = Schemas["NewKeyAnswerBody"];

/** The keys, the newest first: everybody's, or one's own. */
export const keysQuery = (all: boolean) =>
	queryOptions({
		queryKey: ["keys", all],
		queryFn: async ({ signal }) =>
			(await data(api.GET("/api/v1/keys", { params: { query: { all } }, signal }))).items,
	});

export const addKey = (body: KeyDraft): Promise<NewKey> => data(api.POST("/api/v1/keys", { body }));

export const rotateKey = (id: string, overlapMinutes: number): Promise<NewKey> =>
	data(api.POST("/api/v1/keys/{id}/rotate", { params: { path: { id } }, body: { overlapMinutes } }));

export const revokeKey = async (id: string): Promise<void> => {
	await api.DELETE("/api/v1/keys/{id}", { params: { path: { id } } });
};
