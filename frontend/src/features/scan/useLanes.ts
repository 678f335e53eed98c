import { useCallback, useEffect, useRef, useState } from "react";
import { Failure } from "../../lib/api";
import { useReach } from "../../lib/reach";
import { type Session, useSession } from "../../lib/session";
import * as hub from "./api";
import { type Keep, memoryKeep, openKeep } from "./keep";
import { type Added, add, type Lane, without, withScan } from "./lane";
import { newId } from "./newId";
import { lastOwner, noteOwner } from "./owner";
import { answerAll, type Sent, sendLane } from "./send";

/** How long the hub is left alone after it could not answer, in milliseconds. */
const againMS = 3_000;

/** Whose lanes these are: an account's, or this computer's own. The browser keeps the lanes of each hub apart by its address. */
export const ownerOf = (s: Session | undefined): string | undefined => s && (s.user?.id ?? "local");

const nobody = "nobody";

let opened: Promise<Keep> | undefined;
/** The device's store; a browser that keeps nothing gets one in memory, which says so. */
const keepOf = (): Promise<Keep & { forgetful?: boolean }> => {
	opened ??= openKeep().catch(() => Object.assign(memoryKeep(), { forgetful: true }));
	return opened;
};

/**
 * The lanes of this person on this device, and their way to the hub: what
 * waits goes by itself when the hub answers.
 */
export function useLanes(onSent: (sent: Sent) => void) {
	const session = useSession();
	const here = useReach() === "here" && session?.signedIn === true;
	const [keep, setKeep] = useState<Keep & { forgetful?: boolean }>();
	const [owner, setOwner] = useState<string>();
	const [lanes, setLanes] = useState<Lane[]>();
	const [quiet, setQuietNow] = useState(false);
	const [again, setAgain] = useState(0);

	useEffect(() => {
		void keepOf().then(async (k) => {
			setQuietNow((await k.get("quiet")) === "yes");
			setKeep(k);
		});
	}, []);
	// Without the hub the lanes of whoever was here last are shown: they are on this device either way.
	useEffect(() => {
		const now = ownerOf(session);
		if (!keep) return;
		if (now !== undefined) {
			const adopt = async () => {
				// What was scanned before anybody was known is of who comes first.
				for (const l of await keep.all())
					if (l.owner === nobody) await keep.change(l.id, (old) => old && { ...old, owner: now });
				await noteOwner(keep, now);
				setOwner(now);
			};
			void adopt();
		} else void lastOwner(keep).then((last) => setOwner((o) => o ?? last ?? nobody));
	}, [keep, session]);

	const read = useCallback(async () => {
		if (!keep || owner === undefined) return;
		const mine = (await keep.all()).filter((l) => l.owner === owner);
		setLanes(mine.sort((a, b) => a.started.localeCompare(b.started)));
	}, [keep, owner]);
	useEffect(() => void read(), [read]);

	const current = lanes?.findLast((l) => !l.order);
	const ordered = (lanes ?? []).filter((l) => l.order);

	// One change after another, so that two scans in one moment don't make two lanes.
	const line = useRef<Promise<unknown>>(Promise.resolve());
	const inLine = useCallback(<T>(work: () => Promise<T>): Promise<T> => {
		const next = line.current.then(work, work);
		line.current = next.catch(() => undefined);
		return next;
	}, []);

	const scan = (vin: string): Promise<Added | undefined> =>
		inLine(async () => {
			if (!keep || owner === undefined) return undefined;
			const open = (await keep.all()).filter((l) => l.owner === owner && !l.order);
			const now = new Date();
			const id = open.sort((a, b) => a.started.localeCompare(b.started)).at(-1)?.id ?? newId();
			let added: Added | undefined;
			await keep.change(id, (old) => {
				added = add(old ?? { id, owner, started: now.toISOString(), scans: [] }, vin, newId(), now);
				return added.lane;
			});
			await read();
			return added;
		});
	const change = (id: string, how: (l: Lane) => Lane | undefined) =>
		inLine(async () => {
			await keep?.change(id, (old) => old && how(old));
			await read();
		});

	const sent = useRef(onSent);
	sent.current = onSent;
	const busy = useRef(false);
	const todo = (lanes ?? []).some((l) => (l.order ? !l.refused : l.scans.some((s) => !s.answer)));
	// biome-ignore lint/correctness/useExhaustiveDependencies: runs anew whenever something waits and the hub is there
	useEffect(() => {
		if (!here || !keep || !lanes || !todo || busy.current || ownerOf(session) !== owner) return;
		const stop = new AbortController();
		busy.current = true;
		void alone(async () => {
			for (const l of lanes) {
				if (!l.order) await answerAll(keep, hub, l, hub.mostAtOnce, stop.signal);
				else if (!l.refused) {
					try {
						const done = await sendLane(keep, hub, l.id, stop.signal);
						if (done) sent.current(done);
					} catch (e) {
						if (!refusal(e)) throw e;
						await keep.change(l.id, (old) => old && { ...old, refused: e.message });
					}
				}
			}
		})
			.then(
				() => true,
				() => false,
			)
			.then(async (well) => {
				busy.current = false;
				if (well) await read();
				else setTimeout(() => setAgain((n) => n + 1), againMS);
			});
	}, [here, keep, lanes, todo, again, owner, session]);

	return {
		ready: lanes !== undefined,
		forgetful: keep?.forgetful === true,
		lane: current,
		ordered,
		here,
		quiet,
		scan,
		note: (id: string, note: string) => current && change(current.id, (l) => withScan(l, id, { note })),
		remove: (id: string) => current && change(current.id, (l) => without(l, id)),
		order: (how: "list" | "save", name: string) =>
			current && change(current.id, (l) => ({ ...l, order: how, name, refused: undefined })),
		/** Opens a lane again that waits to be sent or was refused. */
		reopen: (id: string) => change(id, (l) => ({ ...l, order: undefined, refused: undefined })),
		throwAway: (id: string) => change(id, () => undefined),
		setQuiet: (yes: boolean) => {
			setQuietNow(yes);
			void keep?.set("quiet", yes ? "yes" : undefined);
		},
	};
}

/** A refusal that another try would not change: a person has to read it. */
const refusal = (e: unknown): e is Failure =>
	e instanceof Failure && e.status >= 400 && e.status < 500 && ![401, 408, 409, 425, 429].includes(e.status);

/** Does the work in one tab at a time, where the browser has locks. */
async function alone(work: () => Promise<void>): Promise<void> {
	const locks = globalThis.navigator.locks as LockManager | undefined;
	if (locks) await locks.request("hubcap-scan", () => work());
	else await work();
}
