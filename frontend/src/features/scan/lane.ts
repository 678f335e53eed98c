import { csvRow } from "../../lib/save";

/** One car of a lane, as it was read on this device. */
export interface Scan {
	/** Random; what is written for it is written under this name, once. */
	id: string;
	vin: string;
	/** When it was read, RFC 3339 UTC. */
	at: string;
	/** Lot number or note. */
	note: string;
	/** What the hub says of it; none yet while it waits. */
	answer?: Answer;
	/** The vehicle that it was saved as, or that was there already. */
	vehicle?: string;
}

/** As much of a decode as the lane shows. */
export interface Answer {
	title: string;
	clean: boolean;
	remark: string;
	/** A vehicle that has this VIN already. */
	here?: string;
}

/** Cars that were scanned one after another, by one person on one device. */
export interface Lane {
	id: string;
	/** Whose it is: see ownerOf. */
	owner: string;
	started: string;
	scans: Scan[];
	/** What becomes of it as soon as the hub answers; none while it is being scanned. */
	order?: "list" | "save";
	/** The name of the list that it becomes. */
	name?: string;
	/** The list, once the hub has made it. */
	intake?: string;
	/** Why the hub refused it; it waits for a person then. */
	refused?: string;
}

export type Added = { lane: Lane; scan: Scan; again: boolean };

/** Puts a car into the lane; one that is there already stays once. */
export function add(lane: Lane, vin: string, id: string, at: Date): Added {
	const there = lane.scans.find((s) => s.vin === vin);
	if (there) return { lane, scan: there, again: true };
	const scan: Scan = { id, vin, at: at.toISOString(), note: "" };
	return { lane: { ...lane, scans: [...lane.scans, scan] }, scan, again: false };
}

/** The lane with one of its cars changed; a car that is gone changes nothing. */
export const withScan = (lane: Lane, id: string, part: Partial<Scan>): Lane => ({
	...lane,
	scans: lane.scans.map((s) => (s.id === id ? { ...s, ...part } : s)),
});

export const without = (lane: Lane, id: string): Lane => ({
	...lane,
	scans: lane.scans.filter((s) => s.id !== id),
});

/** The cars that the hub has not answered for. */
export const waiting = (lane: Lane): Scan[] => lane.scans.filter((s) => !s.answer);

const lotNumber = /^[A-Za-z]{0,3}[-# ]?\d{1,6}[A-Za-z]?$/;

/** The lane as a list: what was typed beside a car is a lot number where it looks like one, else a note. */
export function csvOf(lane: Lane): string {
	const rows = lane.scans.map((s) => {
		const note = s.note.trim();
		const lot = lotNumber.test(note);
		return [s.vin, s.at, lot ? note : "", lot ? "" : note];
	});
	return [["VIN", "Scanned at", "Lot", "Notes"], ...rows].map((r) => `${csvRow(r)}\r\n`).join("");
}

/**
 * Tells a car that stays before the camera from one that comes back. The
 * camera reads the same bars many times a second; only what was out of sight
 * for a while is scanned anew.
 */
export class Sight {
	private readonly seen = new Map<string, number>();
	private doubtful = { vin: "", at: 0 };

	/** After how long out of sight it counts again, in milliseconds. */
	constructor(private readonly goneMS = 2_500) {}

	/** Whether this reading is a new one, at a time in milliseconds. */
	fresh(vin: string, sure: boolean, now: number): boolean {
		// Without a check digit one reading is no proof: two in a row say the same.
		if (!sure) {
			const twice = this.doubtful.vin === vin && now - this.doubtful.at < this.goneMS;
			this.doubtful = { vin, at: now };
			if (!twice) return false;
		}
		const last = this.seen.get(vin);
		this.seen.set(vin, now);
		return last === undefined || now - last > this.goneMS;
	}
}
