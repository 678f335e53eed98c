import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "./api";

export type User = Schemas["User"];
export type Role = Schemas["Role"];
export type Reach = Schemas["Reach"];
export type Organisation = Schemas["Organisation"];
export type Place = Schemas["Place"];
export type Described = Schemas["Described"];

/** The reach over the whole organisation. */
export const everything: Reach = { kind: "all" };

/** Whether a reach says enough: one by places names some. */
export const reachesSome = (r: Reach): boolean =>
	r.kind === "all" || r.kind === "own" || (r.places?.length ?? 0) > 0;

/** The accounts, by name; for who manages users. */
export const usersQuery = queryOptions({
	queryKey: ["users"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/users", { signal }))).items,
});

/** The roles: those that come with Hubcap, then the organisation's own. */
export const rolesQuery = queryOptions({
	queryKey: ["roles"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/roles", { signal }))).items,
});

/** Every permission in plain words, in reading order. */
export const permissionsQuery = queryOptions({
	queryKey: ["permissions"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/permissions", { signal }))).items,
	staleTime: Number.POSITIVE_INFINITY,
});

export const organisationQuery = queryOptions({
	queryKey: ["organisation"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/organisation", { signal })),
});

/** What permissions within a reach come to, in plain words. */
export const previewQuery = (permissions: string[], reach: Reach) =>
	queryOptions({
		queryKey: ["preview", permissions, reach],
		queryFn: ({ signal }) =>
			data(api.POST("/api/v1/roles/preview", { body: { permissions: permissions as never, reach }, signal })),
		staleTime: Number.POSITIVE_INFINITY,
	});

/** Makes an account. */
export const addUser = (body: Schemas["UserDraft"]): Promise<User> =>
	data(api.POST("/api/v1/users", { body }));

export const setOrganisation = (body: Organisation): Promise<Organisation> =>
	data(api.PUT("/api/v1/organisation", { body }));
