import { api, data, Failure, type Schemas, written } from "../../lib/api";
import { sendFile } from "../../lib/upload";
import type { Answer, Lane, Scan } from "./lane";
import { csvOf } from "./lane";
import { northAmerican } from "./plausible";

type Decoded = Schemas["DecodeResult"];

/** As many VINs as are asked for in one request; a car is shown as soon as it is scanned, so this is for a backlog. */
export const mostAtOnce = 50;

/** vPIC's code for a check digit that does not fit, which VINs from elsewhere need not have. */
const badDigit = 1;

function answerOf(r: Decoded): Answer {
	const errors = r.errors.filter((e) => e.code !== badDigit || northAmerican(r.vin));
	return {
		title: r.title === r.vin ? "" : r.title,
		clean: errors.length === 0,
		remark: errors[0]?.text ?? "",
		here: r.here[0]?.id,
	};
}

/** What the hub says of some VINs, in their order. */
export async function decodeAll(vins: string[], signal: AbortSignal): Promise<Answer[]> {
	const [one] = vins;
	if (vins.length === 1 && one !== undefined)
		return [answerOf(await data(api.GET("/api/v1/decode", { params: { query: { vin: one } }, signal })))];
	const body = { vins: vins.map((vin) => ({ vin })) };
	return (await data(api.POST("/api/v1/decode", { body, signal }))).map(answerOf);
}

/** A write under a name of its own: however often it is sent, the hub does it once (backend/api/gate, repeat.go). */
const once = (key: string) => ({ headers: { "Idempotency-Key": key } });

/** Begins the list that a lane becomes. */
export const makeList = async (lane: Lane): Promise<string> =>
	(await data(api.POST("/api/v1/intakes", { body: { name: lane.name }, ...once(lane.id) }))).id;

/** Puts the lane's cars into its list; one that has them already stays as it is. */
export async function fillList(lane: Lane, id: string, signal: AbortSignal): Promise<void> {
	const have = await data(api.GET("/api/v1/intakes/{id}", { params: { path: { id } }, signal }));
	if ((have.files ?? []).length > 0) return;
	const file = new File([csvOf(lane)], "lane.csv", { type: "text/csv" });
	const where = `/api/v1/intakes/${encodeURIComponent(id)}/files?name=${encodeURIComponent(file.name)}`;
	try {
		await sendFile(where, file, () => {}, signal);
	} catch (e) {
		// It came while nobody heard the answer.
		if (!(e instanceof Failure && e.status === 409)) throw e;
	}
}

/** Saves one car with its note, unless it is here. The answer is the vehicle, and the batch that takes it back. */
export async function saveScan(scan: Scan): Promise<{ id: string; batch?: string }> {
	const query = { vin: scan.vin, limit: 1 };
	const here = (await data(api.GET("/api/v1/vehicles", { params: { query } }))).items[0];
	let id = here?.id;
	let batch: string | undefined;
	if (id === undefined) {
		const made = await written(
			api.POST("/api/v1/vehicles", { body: { vin: scan.vin, yearHint: 0 }, ...once(scan.id) }),
		);
		id = made.value.id;
		batch = made.batch;
	}
	const text = scan.note.trim();
	if (text !== "")
		await data(
			api.POST("/api/v1/vehicles/{id}/notes", {
				params: { path: { id } },
				body: { text },
				...once(`${scan.id}-note`),
			}),
		);
	return { id, batch };
}
