import { Failure, problemOf, type Schemas } from "../../lib/api";

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

/** Asks for a briefing and tells of each step as it comes. */
export async function brief(id: string, signal: AbortSignal, each: (b: Briefing) => void): Promise<void> {
	const response = await fetch(`/api/v1/vehicles/${encodeURIComponent(id)}/insights`, {
		method: "POST",
		headers: { Accept: "text/event-stream" },
		signal,
	});
	if (!response.ok || !response.body) throw new Failure(await problemOf(response));
	let state: Briefing = { sentences: [] };
	for await (const { event, data } of events(response.body)) {
		if (event === "insight") state = { ...state, insight: data as Insight };
		if (event === "sentence") state = { ...state, sentences: [...state.sentences, data as Sentence] };
		if (event === "note") state = { ...state, note: (data as { text: string }).text };
		each(state);
	}
}

/** Reads server-sent events from a response. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: unknown }> {
	const reader = body.getReader();
	const decoder = new TextDecoder();
	let rest = "";
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		rest += decoder.decode(value, { stream: true });
		const blocks = rest.split("\n\n");
		rest = blocks.pop() ?? "";
		for (const block of blocks) {
			const event = /^event: (.*)$/m.exec(block)?.[1] ?? "message";
			const data = /^data: (.*)$/m.exec(block)?.[1];
			if (data !== undefined) yield { event, data: JSON.parse(data) };
		}
	}
}
