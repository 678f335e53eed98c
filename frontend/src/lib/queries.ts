import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "./api";
import { sessionQuery } from "./session";

export type Meta = Schemas["Meta"];
export type Preferences = Schemas["Preferences"];

/** What the hub is and holds. */
export const metaQuery = queryOptions({
	queryKey: ["meta"],
	queryFn: () => data(api.GET("/api/v1/meta")),
});

/** Saved vehicles of which the vPIC release in use says something else; no more than one page is counted. */
export const changedCountQuery = queryOptions({
	queryKey: ["vpic", "changed"],
	queryFn: async ({ signal }) => {
		const page = await data(api.GET("/api/v1/vpic/changes", { params: { query: { limit: 200 } }, signal }));
		return { n: page.items.length, more: page.next !== undefined };
	},
});

/** How this person likes to see things. */
export const preferencesQuery = queryOptions({
	queryKey: ["preferences"],
	queryFn: () => data(api.GET("/api/v1/preferences")),
	staleTime: 60_000,
});

/** Until the hub has told them: those of somebody who has not set any. */
export const unset: Preferences = {
	id: "",
	language: "en",
	numbers: "language",
	dates: "language",
	distance: "mi",
	volume: "gal",
	economy: "mpg",
	currency: "USD",
	theme: "system",
	highContrast: false,
	shortcuts: true,
	welcomed: true,
};

export function usePreferences(): Preferences {
	// Nobody has none; the shell is who asks for the session.
	const signedIn = useQuery({ ...sessionQuery, enabled: false }).data?.signedIn ?? false;
	return useQuery({ ...preferencesQuery, enabled: signedIn }).data ?? unset;
}

export function useSetPreferences() {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (p: Preferences) => data(api.PUT("/api/v1/preferences", { body: p })),
		onMutate: (p) => client.setQueryData(preferencesQuery.queryKey, p),
		onSettled: () => client.invalidateQueries({ queryKey: preferencesQuery.queryKey }),
	});
}

/** Everything that a write to vehicles may have changed. */
export function useRefresh() {
	const client = useQueryClient();
	return () =>
		Promise.all(
			[["meta"], ["vehicles"], ["vehicle"], ["decode"], ["search"], ["activity"], ["trash"]].map((queryKey) =>
				client.invalidateQueries({ queryKey }),
			),
		);
}
