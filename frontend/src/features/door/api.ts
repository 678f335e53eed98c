import { api, data, type Schemas } from "../../lib/api";

export type Entered = Schemas["Entered"];
export type Invited = Schemas["Invited"];

export const signIn = (body: { login: string; password: string; remember: boolean }) =>
	data(api.POST("/api/v1/session", { body }));

export const showSecond = (body: Schemas["ShowSecondFactorRequest"]) =>
	data(api.POST("/api/v1/session/second", { body }));

export const enterByPasskey = (body: Schemas["SignInByPasskeyRequest"]) =>
	data(api.POST("/api/v1/session/passkey", { body }));

export const lookAt = (token: string) => data(api.POST("/api/v1/invitations/look", { body: { token } }));

export const accept = (token: string, password: string) =>
	data(api.POST("/api/v1/invitations/accept", { body: { token, password } }));

export const beginInvited = async (token: string) =>
	(await data(api.POST("/api/v1/invitations/passkey/begin", { body: { token } }))).options;

export const acceptByPasskey = (body: Schemas["AcceptByPasskeyRequest"]) =>
	data(api.POST("/api/v1/invitations/passkey", { body }));

/** The address that begins a sign-in at a provider; it leads to the provider's page. */
export const outside = (id: string) => `/api/v1/session/oidc/${encodeURIComponent(id)}`;
