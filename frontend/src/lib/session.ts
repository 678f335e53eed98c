import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { api, data, Failure, type Schemas } from "./api";
import { doubt } from "./doubt";
import { view } from "./view";

export type Session = Schemas["SessionState"];

/** What the hub permits, as backend/account/permission.go names it. */
export type Permission =
	| "vehicles.read"
	| "vehicles.write"
	| "vehicles.delete"
	| "records.write"
	| "costs.read"
	| "vehicles.export"
	| "vin.decode"
	| "insights.ask"
	| "insights.send"
	| "keys.own"
	| "trash.purge"
	| "jobs.manage"
	| "models.manage"
	| "vpic.manage"
	| "hub.manage"
	| "audit.read"
	| "users.manage"
	| "roles.manage"
	| "keys.manage"
	| "organisation.manage";

/** Who somebody is to the hub; what was read as another is nothing to them. */
export const who = (s: Session | undefined): string =>
	s === undefined
		? ""
		: JSON.stringify([s.signedIn, s.local, s.user?.id ?? "", s.viewing ?? "", s.viewing ? s.reach : ""]);

const rights = (s: Session): string => JSON.stringify([s.permissions, s.reach, s.owes]);

/**
 * Who this page is to the hub, and what it may do. It is asked again when an
 * answer says that something is not permitted, when the live stream ends, when
 * another tab signs in or out, and when the person comes back to the page.
 */
export const sessionQuery = queryOptions({
	queryKey: ["session"],
	queryFn: async ({ client, signal }) => {
		const old = client.getQueryData<Session>(["session"]);
		const got = await read(signal);
		// Before anybody is told of the new one, so that nobody is shown the old one's data.
		if (old && who(old) !== who(got)) forget(client);
		else if (old && rights(old) !== rights(got)) {
			forget(client, (active) => !active);
			queueMicrotask(() => void client.resetQueries({ predicate: (q) => q.queryKey[0] !== "session" }));
		}
		return got;
	},
	staleTime: 30_000,
});

async function read(signal: AbortSignal): Promise<Session> {
	const ask = () => data(api.GET("/api/v1/session", { signal }));
	try {
		return await ask();
	} catch (e) {
		// The role that is looked as is gone, or whoever looked may not any more.
		if (view.now === "" || !(e instanceof Failure) || e.status < 400 || e.status >= 500) throw e;
		view.set("");
		return ask();
	}
}

function forget(client: QueryClient, which: (active: boolean) => boolean = () => true): void {
	client.removeQueries({ predicate: (q) => q.queryKey[0] !== "session" && which(q.isActive()) });
}

/** Who this page is to the hub; undefined until it has answered. */
export function useSession(): Session | undefined {
	// The shell is who asks; a button that asks what is permitted sends nothing.
	return useQuery({ ...sessionQuery, enabled: false }).data;
}

/** Whether something is permitted here and now. This computer may everything. */
export function useMay(permission: Permission): boolean {
	return may(useSession(), permission);
}

export const may = (s: Session | undefined, permission: Permission): boolean =>
	s?.permissions.includes(permission) ?? false;

const news = "hubcap-session";
let tellTabs = () => {};

/** Reads the session again, here and in the other tabs: somebody signed in or out, or proved who they are. */
export async function sessionChanged(client: QueryClient): Promise<void> {
	tellTabs();
	await client.refetchQueries({ queryKey: sessionQuery.queryKey });
}

/** Keeps the session as the hub has it, until the answer is called. */
export function followSession(client: QueryClient): () => void {
	const again = () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
	const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(news) : undefined;
	channel?.addEventListener("message", again);
	tellTabs = () => channel?.postMessage("changed");
	const ends = [doubt.watch(again), view.watch(again)];
	return () => {
		channel?.close();
		tellTabs = () => {};
		for (const end of ends) end();
	};
}

/** Signs out: the cookie goes, and what was read with it. */
export async function signOut(client: QueryClient): Promise<void> {
	view.set("");
	await api.DELETE("/api/v1/session");
	await sessionChanged(client);
}
