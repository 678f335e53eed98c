import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api.gen";
import { confirmation, needsConfirm } from "./confirm";
import { doubt } from "./doubt";
import { reach } from "./reach";
import { lastWrite } from "./sequence";
import { view } from "./view";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** Failure is a problem that the server answered with, or that it could not be reached. */
export class Failure extends Error {
	readonly status: number;
	readonly problem: Problem;
	/** After how many seconds the hub wants to be asked again; 0 is unknown. */
	readonly after: number;

	constructor(problem: Problem, after = 0) {
		super(problem.detail ?? problem.title);
		this.status = problem.status;
		this.problem = problem;
		this.after = Number.isFinite(after) ? after : 0;
	}

	/** The problem with one field of the input, by its JSON pointer. */
	field(pointer: string): string | undefined {
		const found = this.problem.errors?.find((e) => e.pointer === pointer);
		return found && [found.problem, found.remedy].filter(Boolean).join(": ");
	}
}

const unreachable: Problem = {
	type: "about:blank",
	title: "Not reachable",
	status: 0,
	detail: "Hubcap does not answer. It may have been stopped.",
	remedy: "Start it again; this page goes on by itself.",
};

const failures: Middleware = {
	onRequest({ request }) {
		// Whatever is read must hold this page's own writes; else a replica may answer.
		if (request.method === "GET") request.headers.set("Hubcap-Seq", String(lastWrite.seq ?? 0));
		return request;
	},
	async onResponse({ response }) {
		if (response.ok) return undefined;
		throw new Failure(await problemOf(response), Number(response.headers.get("Retry-After")));
	},
	onError({ error }) {
		if (error instanceof DOMException && error.name === "AbortError") return undefined;
		reach.set("away");
		return new Failure(unreachable);
	},
};

const sessionPath = "/api/v1/session";

/**
 * Notes what any answer of the hub tells beside its body. Who is signed in
 * nowhere may still ask for the session; only a hub where nobody has an
 * account, and that no longer knows the page's key, refuses even that.
 */
export function heard(response: Response): void {
	const path = response.url === "" ? "" : new URL(response.url).pathname;
	reach.set(response.status === 401 && path === sessionPath ? "stranger" : "here");
	if (path !== sessionPath && (response.status === 401 || response.status === 403)) doubt.raise();
	lastWrite.note(response.headers.get("Hubcap-Seq"));
}

/**
 * Sends a request as this page sends every one: as the role that it looks as,
 * and once more after the person has proved who they are, where the hub asks
 * for that. Who gives that up gets the hub's refusal.
 */
export async function send(request: Request): Promise<Response> {
	view.into(request.headers);
	const again = request.clone();
	const response = await globalThis.fetch(request);
	heard(response);
	if (response.status !== 403) return response;
	if ((await problemOf(response.clone())).type !== needsConfirm) return response;
	if (!(await confirmation.ask())) return response;
	const second = await globalThis.fetch(again);
	heard(second);
	return second;
}

/** Reads the problem of a response that is not a success. */
export async function problemOf(response: Response): Promise<Problem> {
	const type = response.headers.get("Content-Type") ?? "";
	if (type.startsWith("application/problem+json")) return (await response.json()) as Problem;
	return { type: "about:blank", title: response.statusText, status: response.status };
}

export const api = createClient<paths>({
	baseUrl: globalThis.location.origin,
	fetch: send,
	// The server reads a list from one parameter: facets=stage,make.
	querySerializer: { array: { style: "form", explode: false } },
});
api.use(failures);

/** Takes the data out of an answer; the middleware has thrown on every failure. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
	const got = await answer;
	if (got.data === undefined) throw new Error("the answer has no body");
	return got.data;
}

/** Written is the answer to a write, with the name by which it is undone. */
export interface Written<T> {
	value: T;
	batch: string;
}

/** Takes the answer to a write apart. */
export async function written<T>(answer: Promise<{ data?: T; response: Response }>): Promise<Written<T>> {
	const got = await answer;
	if (got.data === undefined) throw new Error("the answer has no body");
	return { value: got.data, batch: got.response.headers.get("Hubcap-Batch") ?? "" };
}
