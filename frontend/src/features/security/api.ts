import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type SignInProvider = Schemas["SignInProvider"];
export type Entry = Schemas["SignInProviderEntry"];
export type GroupRole = Schemas["GroupRole"];

export const providersQuery = queryOptions({
	queryKey: ["signInProviders"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/sign-in-providers", { signal }))).items,
});

const at = (p: SignInProvider) => ({
	path: { id: p.id },
	header: { "If-Match": `"${p.rev}"` },
});

export const saveProvider = (p: SignInProvider | undefined, body: Entry): Promise<SignInProvider> =>
	data(
		p
			? api.PUT("/api/v1/sign-in-providers/{id}", { params: at(p), body })
			: api.POST("/api/v1/sign-in-providers", { body }),
	);

export const removeProvider = async (p: SignInProvider): Promise<void> => {
	await api.DELETE("/api/v1/sign-in-providers/{id}", { params: at(p) });
};

export const testProvider = async (p: SignInProvider): Promise<true> => {
	await api.POST("/api/v1/sign-in-providers/{id}/test", { params: { path: { id: p.id } } });
	return true;
};

/** What is sent of a provider: without its secret, which stays as it is. */
export const entryOf = (p: SignInProvider): Entry => ({
	name: p.name,
	issuer: p.issuer,
	clientId: p.clientId,
	scopes: p.scopes,
	claim: p.claim,
	mapping: p.mapping,
	create: p.create,
	link: p.link,
	enabled: p.enabled,
});
