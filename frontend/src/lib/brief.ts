import { Failure, problemOf, type Schemas, send } from "./api";

export type Insight = Schemas["Insight"];
export type Sentence = Schemas["Sentence"];
export type Finding = Schemas["Finding"];

export interface Briefing {
	/** The plain wording, at once; the model's when it is whole. */
	insight?: Insight;
	/** Sentences that the model has worded so far. */
	sentences: Sentence[];
	/** Why the wording stays plain. */
	note?: string;
}

/** What a briefing is about: a saved vehicle, or a VIN that need not be saved. */
export type Subject = { id: string } | { vin: string; year?: number };

/** Asks for a briefing and tells of each step as it comes. Only with `away` may it leave this computer. */
export async function brief(
	subject: Subject,
	signal: AbortSignal,
	each: (b: Briefing) => void,
	away = false,
): Promise<void> {
	let state: Briefing = { sentences: [] };
	for await (const { event, data } of ask(subject, signal, away)) {
		if (event === "insight") state = { ...state, insight: data as Insight };
		if (event === "sentence") state = { ...state, sentences: [...state.sentences, data as Sentence] };
		// What a model wrote so far did not hold as a whole.
		if (event === "again") state = { ...state, sentences: [] };
		if (event === "note") state = { ...state, note: (data as { text: string }).text };
		each(state);
	}
}

/** The findings alone: takes the plain wording that comes at once, and lets the model be. */
export async function findings(id: string, signal: AbortSignal): Promise<Finding[]> {
	const stop = new AbortController();
	signal.addEventListener("abort", () => stop.abort(), { once: true });
	for await (const { event, data } of ask({ id }, stop.signal)) {
		if (event !== "insight") continue;
		stop.abort();
		return (data as Insight).findings;
	}
	throw new Error("the briefing ended before it began");
}

async function* ask(subject: Subject, signal: AbortSignal, away = false) {
	const saved = "id" in subject;
	const where = saved
		? `/api/v1/vehicles/${encodeURIComponent(subject.id)}/insights${away ? "?away=true" : ""}`
		: "/api/v1/insights";
	const response = await send(
		new Request(new URL(where, globalThis.location.origin), {
			method: "POST",
			headers: { Accept: "text/event-stream", ...(saved ? {} : { "Content-Type": "application/json" }) },
			body: saved ? undefined : JSON.stringify(subject),
			signal,
		}),
	);
	if (!response.ok || !response.body) throw new Failure(await problemOf(response));
	yield* events(response.body);
}

/** Reads server-sent events, however the network cut them. */
export async function* events(
	body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: unknown }> {
	const reader = body.getReader();
	const decoder = new TextDecoder();
	let rest = "";
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			rest = (rest + decoder.decode(value, { stream: true })).replaceAll("\r\n", "\n");
			const blocks = rest.split("\n\n");
			rest = blocks.pop() ?? "";
			for (const block of blocks) {
				const event = /^event: ?(.*)$/m.exec(block)?.[1] ?? "message";
				const data = [...block.matchAll(/^data: ?(.*)$/gm)].map((m) => m[1]).join("\n");
				if (data !== "") yield { event, data: JSON.parse(data) };
			}
		}
	} finally {
		// A reader that stops early lets go of the connection, and the hub of the model.
		void reader.cancel().catch(() => {});
	}
}
