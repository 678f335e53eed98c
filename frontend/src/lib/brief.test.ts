import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Briefing, brief, events, findings, type Insight } from "./brief";

const insight = (over: Partial<Insight> = {}): Insight => ({
	clock: "2026-11-22T00:00:00Z",
	dropped: 0,
	final: false,
	findings: [],
	label: "Worded by rules",
	model: null,
	ms: { model: 0, rules: 1 },
	release: "2026_10",
	sentences: [{ text: "This is a 2015 Toyota Camry.", findings: ["F1"] }],
	subject: "s",
	vin: "4T1BF1FK9FU226704",
	way: "rules",
	...over,
});

const sent = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A body that arrives in pieces of n bytes, wherever they fall. */
function inPieces(text: string, n: number): ReadableStream<Uint8Array> {
	const bytes = new TextEncoder().encode(text);
	return new ReadableStream({
		start(c) {
			for (let i = 0; i < bytes.length; i += n) c.enqueue(bytes.slice(i, i + n));
			c.close();
		},
	});
}

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function answers(text: string, status = 200, type = "text/event-stream") {
	server.use(
		http.post(
			"*/api/v1/vehicles/:id/insights",
			() => new HttpResponse(text, { status, headers: { "Content-Type": type } }),
		),
	);
}

describe("events", () => {
	it.each([1, 2, 3, 7, 1000])("reads events however they are cut, %i bytes at a time", async (n) => {
		const text = sent("a", { say: "42 km über alles" }) + sent("b", [1]).replaceAll("\n", "\r\n");
		const got = [];
		for await (const e of events(inPieces(text, n))) got.push(e);
		expect(got).toEqual([
			{ event: "a", data: { say: "42 km über alles" } },
			{ event: "b", data: [1] },
		]);
	});
	it("leaves out what was not sent to its end", async () => {
		const got = [];
		for await (const e of events(inPieces(`${sent("a", 1)}event: b\ndata: {"x"`, 5))) got.push(e);
		expect(got).toEqual([{ event: "a", data: 1 }]);
	});
});

describe("brief", () => {
	it("tells the plain wording, each sentence, then the model's wording", async () => {
		const worded = insight({ final: true, way: "word", label: "Worded by SmolLM2" });
		answers(
			sent("insight", insight()) +
				sent("sentence", { text: "It is a Camry.", findings: ["F1"] }) +
				sent("insight", worded),
		);
		const steps: Briefing[] = [];
		await brief({ id: "v1" }, new AbortController().signal, (b) => steps.push(b));
		expect(steps.map((s) => [s.insight?.way, s.sentences.length])).toEqual([
			["rules", 0],
			["rules", 1],
			["word", 1],
		]);
	});
	it("keeps the note that says why the wording stays plain", async () => {
		answers(sent("insight", insight()) + sent("note", { text: "the worker was stopped" }));
		let last: Briefing | undefined;
		await brief({ id: "v1" }, new AbortController().signal, (b) => {
			last = b;
		});
		expect(last?.note).toBe("the worker was stopped");
	});
	it("throws the problem that the server names", async () => {
		answers(
			JSON.stringify({ type: "about:blank", title: "Not found", status: 404, detail: "No such vehicle." }),
			404,
			"application/problem+json",
		);
		await expect(brief({ id: "v1" }, new AbortController().signal, () => {})).rejects.toThrow(
			"No such vehicle.",
		);
	});
});

describe("findings", () => {
	it("takes the first answer and does not wait for the model", async () => {
		// The model never comes to an end here.
		const body = new ReadableStream({
			start: (c) => c.enqueue(new TextEncoder().encode(sent("insight", insight()))),
		});
		server.use(http.post("*/api/v1/vehicles/:id/insights", () => new HttpResponse(body)));
		expect(await findings("v1", new AbortController().signal)).toEqual([]);
	});
});
