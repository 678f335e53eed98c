import type { Keep } from "./keep";
import { type Answer, type Lane, type Scan, waiting, withScan } from "./lane";

/** What the queue asks of the hub; see api.ts. */
export interface HubDoor {
	decodeAll(vins: string[], signal: AbortSignal): Promise<Answer[]>;
	makeList(lane: Lane): Promise<string>;
	fillList(lane: Lane, id: string, signal: AbortSignal): Promise<void>;
	saveScan(scan: Scan): Promise<{ id: string; batch?: string }>;
}

/** What became of a lane that was sent. */
export type Sent = { lane: Lane; intake?: string; batches: string[]; vehicles: number };

/** Asks for the cars of a lane that have no answer yet, `most` at a time. */
export async function answerAll(
	keep: Keep,
	hub: Pick<HubDoor, "decodeAll">,
	lane: Lane,
	most: number,
	signal: AbortSignal,
): Promise<void> {
	const asked = waiting(lane);
	for (let i = 0; i < asked.length && !signal.aborted; i += most) {
		const part = asked.slice(i, i + most);
		const answers = await hub.decodeAll(
			part.map((s) => s.vin),
			signal,
		);
		await keep.change(lane.id, (old) =>
			part.reduce<Lane | undefined>((l, s, at) => l && withScan(l, s.id, { answer: answers[at] }), old),
		);
	}
}

/**
 * Sends a lane that has its order. Each step is noted before the next, and is
 * done under a name of its own, so what is cut off in the middle goes on where
 * it stood and nothing arrives twice. The lane leaves the device at the end.
 */
export async function sendLane(
	keep: Keep,
	hub: HubDoor,
	id: string,
	signal: AbortSignal,
): Promise<Sent | undefined> {
	let lane = await keep.change(id, (old) => old);
	if (!lane?.order) return undefined;
	const batches: string[] = [];
	let vehicles = 0;
	if (lane.order === "list") {
		const intake = lane.intake ?? (await hub.makeList(lane));
		lane = (await keep.change(id, (old) => old && { ...old, intake })) ?? lane;
		await hub.fillList(lane, intake, signal);
	} else {
		for (const scan of lane.scans) {
			if (scan.vehicle) continue;
			if (signal.aborted) return undefined;
			const saved = await hub.saveScan(scan);
			if (saved.batch) {
				batches.push(saved.batch);
				vehicles++;
			}
			await keep.change(id, (old) => old && withScan(old, scan.id, { vehicle: saved.id }));
		}
	}
	await keep.change(id, () => undefined);
	return { lane, intake: lane.intake, batches, vehicles };
}
