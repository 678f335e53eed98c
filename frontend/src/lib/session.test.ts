import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, data } from "./api";
import { confirmation } from "./confirm";
import { doubt } from "./doubt";
import { reach } from "./reach";
import { followSession, may, type Session, sessionQuery } from "./session";
import { view, viewAs } from "./view";

const nobody = {
	signedIn: false,
	local: false,
	permissions: [],
	owes: [],
	fresh: false,
	confirmBy: [],
	organisation: "Miller Motors",
	setup: { needed: false, codeNeeded: false },
	signIn: { accounts: true, passkeys: true, providers: [] },
	warnings: [],
} satisfies Session;
const person = (id: string, more: Partial<Session> = {}): Session => ({
	...nobody,
	signedIn: true,
	user: { id, login: id, name: id, role: "sales", roleName: "Sales", kind: "user" },
	permissions: ["vehicles.read"],
	reach: { kind: "all" },
	...more,
});

const answer = (body: unknown, status = 200) =>
	new Response(JSON.stringify(body), {
		status,
		headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json" },
	});
const problem = (status: number, type = "about:blank") => answer({ type, title: "no", status }, status);

/** What the hub answers, by path; the last one stays. */
function hub(answers: Record<string, (() => Response)[]>) {
	const heard: Request[] = [];
	vi.stubGlobal("fetch", async (r: Request) => {
		heard.push(r);
		const path = new URL(r.url).pathname;
		const left = answers[path] ?? [];
		const next = left.length > 1 ? left.shift() : left[0];
		const response = next?.() ?? problem(404);
		Object.defineProperty(response, "url", { value: r.url });
		return response;
	});
	return heard;
}

beforeEach(() => view.set(""));
afterEach(() => vi.unstubAllGlobals());

const client = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });

describe("the session", () => {
	it("of another person takes what was read for the first one away", async () => {
		const c = client();
		hub({ "/api/v1/session": [() => answer(person("ann")), () => answer(person("bob"))] });
		await c.fetchQuery(sessionQuery);
		c.setQueryData(["vehicles"], ["of Ann"]);
		await c.fetchQuery({ ...sessionQuery, staleTime: 0 });
		expect(c.getQueryData<Session>(["session"])?.user?.id).toBe("bob");
		expect(c.getQueryData(["vehicles"])).toBeUndefined();
	});

	it("under other rights has everything that is shown read again", async () => {
		const c = client();
		hub({
			"/api/v1/session": [() => answer(person("ann")), () => answer(person("ann", { permissions: [] }))],
		});
		await c.fetchQuery(sessionQuery);
		const read = vi.fn().mockResolvedValue(["rows"]);
		const end = new QueryObserver(c, { queryKey: ["vehicles"], queryFn: read }).subscribe(() => {});
		await vi.waitFor(() => expect(c.getQueryData(["vehicles"])).toEqual(["rows"]));
		await c.fetchQuery({ ...sessionQuery, staleTime: 0 });
		await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2));
		end();
	});

	it("is asked again when an answer says that something is not permitted", async () => {
		const c = client();
		const heard = hub({
			"/api/v1/session": [() => answer(person("ann"))],
			"/api/v1/meta": [() => problem(401)],
		});
		const stop = followSession(c);
		const end = new QueryObserver(c, sessionQuery).subscribe(() => {});
		await vi.waitFor(() => expect(c.getQueryData(["session"])).toBeDefined());
		await expect(data(api.GET("/api/v1/meta"))).rejects.toThrow();
		await vi.waitFor(() => expect(heard.filter((r) => r.url.endsWith("/session"))).toHaveLength(2));
		expect(reach.now).toBe("here"); // whoever is not signed in is no stranger
		end();
		stop();
	});

	it("ends a view of a role that is gone", async () => {
		view.set("gone");
		const heard = hub({ "/api/v1/session": [() => problem(404), () => answer(person("ann"))] });
		expect((await client().fetchQuery(sessionQuery)).user?.id).toBe("ann");
		expect(heard.map((r) => r.headers.get("Hubcap-View-As"))).toEqual(["gone", null]);
		expect(view.now).toBe("");
	});

	it("says what is permitted", () => {
		expect(may(undefined, "vehicles.read")).toBe(false);
		expect(may(person("ann"), "vehicles.read")).toBe(true);
		expect(may(person("ann"), "vehicles.write")).toBe(false);
	});
});

describe("a write that needs a proof", () => {
	const denied = () => problem(403, "urn:hubcap:confirm");
	const write = () => data(api.PUT("/api/v1/organisation", { body: { name: "New" } as never }));

	it("is sent again, as it was, once the person has proved who they are", async () => {
		const heard = hub({ "/api/v1/organisation": [denied, () => answer({ name: "New" })] });
		const unwatch = confirmation.watch(() => confirmation.open && confirmation.settle(true));
		await expect(write()).resolves.toEqual({ name: "New" });
		expect(heard).toHaveLength(2);
		expect(await heard[1]?.json()).toEqual({ name: "New" });
		unwatch();
	});

	it("fails as the hub said when they give up, and other writes ask no dialog of their own", async () => {
		hub({ "/api/v1/organisation": [denied] });
		let opened = 0;
		const unwatch = confirmation.watch(() => {
			if (confirmation.open) opened++;
		});
		const both = [write(), write()].map((p) => p.catch((e) => e.problem.type));
		await vi.waitFor(() => expect(confirmation.open).toBe(true));
		await new Promise((r) => setTimeout(r));
		confirmation.settle(false);
		expect(await Promise.all(both)).toEqual(["urn:hubcap:confirm", "urn:hubcap:confirm"]);
		expect(opened).toBe(1);
		unwatch();
	});
});

describe("a view as another role", () => {
	it("is put into words that a header can hold", () => {
		expect(viewAs("sales", { kind: "all" })).toBe("sales");
		expect(viewAs("sales", { kind: "own" })).toBe("sales own");
		expect(viewAs("manager", { kind: "locations", places: ["Kraków, north", "Paris"] })).toBe(
			"manager locations:Krak%C3%B3w%2C%20north,Paris",
		);
	});

	it("goes with every request, but not with the doubt of one", async () => {
		view.set("sales own");
		const heard = hub({ "/api/v1/meta": [() => answer({})] });
		doubt.raise();
		await data(api.GET("/api/v1/meta"));
		expect(heard.map((r) => r.headers.get("Hubcap-View-As"))).toEqual(["sales own"]);
	});
});
