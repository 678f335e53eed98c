import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";
import type { Role, User } from "../../lib/people";

export type Link = Schemas["Link"];
export type UserDraft = Schemas["UserDraft"];
export type RoleDraft = Schemas["RoleDraft"];

/** What is sent of an account: what can be set on it. */
export const draftOf = (u: User): UserDraft => ({
	login: u.login,
	name: u.name,
	role: u.role,
	reach: u.reach,
	disabled: u.disabled,
});

const at = (id: string) => ({ path: { id } });

/** Replaces what can be set on an account; a newer version than u is not written over. */
export const setUser = (u: Pick<User, "id" | "rev">, body: UserDraft): Promise<User> =>
	data(
		api.PUT("/api/v1/users/{id}", {
			params: { ...at(u.id), header: { "If-Match": `"${u.rev}"` } },
			body,
		}),
	);

export const inviteUser = (id: string): Promise<Link> =>
	data(api.POST("/api/v1/users/{id}/invite", { params: at(id) }));

export const resetUser = (id: string, body: Schemas["ResetUserRequest"]): Promise<{ link?: Link }> =>
	data(api.POST("/api/v1/users/{id}/reset", { params: at(id), body }));

export const endSessions = async (id: string): Promise<void> => {
	await api.DELETE("/api/v1/users/{id}/sessions", { params: at(id) });
};

export const sessionsQuery = (id: string) =>
	queryOptions({
		queryKey: ["users", id, "sessions"],
		queryFn: async ({ signal }) =>
			(await data(api.GET("/api/v1/users/{id}/sessions", { params: at(id), signal }))).items,
	});

/** The locations that vehicles carry. */
export const usedLocationsQuery = queryOptions({
	queryKey: ["search", "locations"],
	queryFn: async ({ signal }) => {
		const found = await data(
			api.GET("/api/v1/search", { params: { query: { facets: ["location"], limit: 1 } }, signal }),
		);
		return (found.facets?.location ?? []).map((f) => f.value);
	},
});

export const saveRole = (id: string | undefined, body: RoleDraft): Promise<Role> =>
	data(
		id === undefined
			? api.POST("/api/v1/roles", { body })
			: api.PUT("/api/v1/roles/{id}", { params: at(id), body }),
	);

export const removeRole = async (id: string): Promise<void> => {
	await api.DELETE("/api/v1/roles/{id}", { params: at(id) });
};

export const compareQuery = (first: string, second: string) =>
	queryOptions({
		queryKey: ["roles", "compare", first, second],
		queryFn: async ({ signal }) =>
			(await data(api.GET("/api/v1/roles/compare", { params: { query: { first, second } }, signal }))).items,
		enabled: first !== "" && second !== "" && first !== second,
	});

export const exportRoles = (): Promise<string> => data(api.GET("/api/v1/roles/export", { parseAs: "text" }));

export const importRoles = async (yaml: string): Promise<Role[]> =>
	(await data(api.POST("/api/v1/roles/import", { body: { yaml } }))).items;
