import { expect, it } from "vitest";
import { type Keep, memoryKeep } from "./keep";
import type { Lane, Scan } from "./lane";
import { answerAll, type HubDoor, sendLane } from "./send";

const lane = (order: Lane["order"], n: number): Lane => ({
	id: "lane",
	owner: "local",
	started: "2026-11-23T08:00:00.000Z",
	scans: Array.from({ length: n }, (_, i): Scan => ({ id: `s${i}`, vin: `VIN${i}`, at: "", note: "" })),
	order,
	name: "Lane",
});

/** A hub that does a write once for each key, and whose answer to every nth write is lost. */
class Hub implements HubDoor {
	lists = new Map<string, string>();
	filled = new Set<string>();
	saved = new Map<string, string>();
	asked: number[] = [];
	private writes = 0;
	constructor(private readonly loses = 0) {}
	private lost() {
		this.writes++;
		if (this.loses && this.writes % this.loses === 0) throw new Error("away");
	}
	async decodeAll(vins: string[]) {
		this.asked.push(vins.length);
		return vins.map((v) => ({ title: `a ${v}`, clean: true, remark: "" }));
	}
	async makeList(l: Lane) {
		this.lists.set(l.id, "list-1");
		this.lost();
		return "list-1";
	}
	async fillList(l: Lane, id: string) {
		this.filled.add(`${id} ${l.scans.length}`);
		this.lost();
	}
	async saveScan(s: Scan) {
		const batch = this.saved.has(s.id) ? undefined : `b-${s.id}`;
		this.saved.set(s.id, s.vin);
		this.lost();
		return { id: `v-${s.id}`, batch };
	}
}

const kept = async (l: Lane): Promise<Keep> => {
	const keep = memoryKeep();
	await keep.change(l.id, () => l);
	return keep;
};
const signal = new AbortController().signal;

/** Sends until it goes through, as the page does. */
async function insist(keep: Keep, hub: HubDoor) {
	for (let i = 0; i < 50; i++) {
		try {
			return await sendLane(keep, hub, "lane", signal);
		} catch {
			// Again.
		}
	}
	throw new Error("never arrived");
}

it("makes one list of a lane, however often an answer is lost", async () => {
	const keep = await kept(lane("list", 12));
	const hub = new Hub(2);
	expect(await insist(keep, hub)).toMatchObject({ intake: "list-1" });
	expect([...hub.lists]).toEqual([["lane", "list-1"]]);
	expect([...hub.filled]).toEqual(["list-1 12"]);
	expect(await keep.all()).toEqual([]);
});

it("saves every car once, and goes on where it was cut off", async () => {
	const keep = await kept(lane("save", 12));
	const hub = new Hub(5);
	await insist(keep, hub);
	expect(hub.saved.size).toBe(12);
	expect(await keep.all()).toEqual([]);
});

it("sends nothing of a lane that is still being scanned", async () => {
	const keep = await kept(lane(undefined, 2));
	expect(await sendLane(keep, new Hub(), "lane", signal)).toBeUndefined();
	expect(await keep.all()).toHaveLength(1);
});

it("asks for a backlog in parts and keeps what was scanned meanwhile", async () => {
	const l = lane(undefined, 120);
	const keep = await kept(l);
	const hub = new Hub();
	const slow: HubDoor["decodeAll"] = async (vins) => {
		if (hub.asked.length === 0)
			await keep.change(
				"lane",
				(old) => old && { ...old, scans: [...old.scans, { id: "new", vin: "NEW", at: "", note: "" }] },
			);
		return hub.decodeAll(vins);
	};
	await answerAll(keep, { decodeAll: slow }, l, 50, signal);
	expect(hub.asked).toEqual([50, 50, 20]);
	const [now] = await keep.all();
	expect(now?.scans).toHaveLength(121);
	expect(now?.scans.filter((s) => !s.answer).map((s) => s.id)).toEqual(["new"]);
});
