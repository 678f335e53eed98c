import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";
import { sessionQuery } from "../../lib/session";

export type Me = Schemas["Me"];
export type MyPasskey = Schemas["MyPasskey"];
export type Shown = Schemas["Shown"];
export type TrustedDevice = Schemas["TrustedDevice"];
export type Seed = Schemas["TOTPSeed"];

export const meQuery = queryOptions({
	queryKey: ["me"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/me", { signal })),
});

export const mySessionsQuery = queryOptions({
	queryKey: ["me", "sessions"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/me/sessions", { signal })),
});

export const myKeysQuery = queryOptions({
	queryKey: ["keys", "own"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/keys", { signal }))).items,
});

export const setName = (name: string) => api.PUT("/api/v1/me", { body: { name } });

export const setPassword = (current: string | undefined, password: string) =>
	api.PUT("/api/v1/me/password", { body: { current, password } });

export const beginApp = () => data(api.POST("/api/v1/me/totp"));
export const finishApp = (code: string) => api.PUT("/api/v1/me/totp", { body: { code } });
export const removeApp = () => api.DELETE("/api/v1/me/totp");

export const makeCodes = async () => (await data(api.POST("/api/v1/me/codes"))).codes;

export const beginAdd = async () => (await data(api.POST("/api/v1/me/passkeys/begin"))).options;
export const addPasskey = (name: string, credential: { [key: string]: unknown }) =>
	api.POST("/api/v1/me/passkeys", { body: { name, credential } });
export const renamePasskey = (id: string, name: string) =>
	api.PUT("/api/v1/me/passkeys/{id}", { params: { path: { id } }, body: { name } });
export const removePasskey = (id: string) =>
	api.DELETE("/api/v1/me/passkeys/{id}", { params: { path: { id } } });

export const endSession = (id: string) =>
	api.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id } } });
export const endOthers = () => api.DELETE("/api/v1/me/sessions");
export const forgetDevice = (id: string) =>
	api.DELETE("/api/v1/me/devices/{id}", { params: { path: { id } } });

/** A change of one's own account, after which it and the session are read again. */
export function useChange<A, T>(change: (arg: A) => Promise<T>, onDone?: (got: T, arg: A) => unknown) {
	const client = useQueryClient();
	return useMutation({
		mutationFn: change,
		onSuccess: async (got, arg) => {
			await Promise.all([
				client.invalidateQueries({ queryKey: ["me"] }),
				client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
			]);
			await onDone?.(got, arg);
		},
	});
}
