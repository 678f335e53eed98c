import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api.gen";
import { reach } from "./reach";
import { lastWrite } from "./sequence";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** Failure is a problem that the server answered with, or that it could not be reached. */
export class Failure extends Error {
	readonly status: number;
	readonly problem: Problem;

	constructor(problem: Problem) {
		super(problem.detail ?? problem.title);
		this.status = problem.status;
		this.problem = problem;
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
		heard(response);
		if (response.ok) return undefined;
		throw new Failure(await problemOf(response));
	},
	onError({ error }) {
		if (error instanceof DOMException && error.name === "AbortError") return undefined;
		reach.set("away");
		return new Failure(unreachable);
	},
};

/** Notes what any answer of the hub tells beside its body. */
export function heard(response: Response): void {
	reach.set(response.status === 401 ? "stranger" : "here");
	lastWrite.note(response.headers.get("Hubcap-Seq"));
}

/** Reads the problem of a response that is not a success. */
export async function problemOf(response: Response): Promise<Problem> {
	const type = response.headers.get("Content-Type") ?? "";
	if (type.startsWith("application/problem+json")) return (await response.json()) as Problem;
	return { type: "about:blank", title: response.statusText, status: response.status };
}

export const api = createClient<paths>({
	baseUrl: globalThis.location.origin,
	fetch: (r) => globalThis.fetch(r),
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
