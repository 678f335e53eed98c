import type { Lane } from "./lane";

/** Where lanes stand until the hub has them; each change is whole or not at all. */
export interface Keep {
	all(): Promise<Lane[]>;
	/** Changes one lane as it stands now; undefined removes it. The answer is what stands then. */
	change(id: string, how: (old: Lane | undefined) => Lane | undefined): Promise<Lane | undefined>;
	/** Small settings of this device. */
	get(name: string): Promise<string | undefined>;
	set(name: string, value: string | undefined): Promise<void>;
}

/** Lanes in the browser's own database, which survives a reload and a flat battery. */
export function openKeep(name = "hubcap-scan"): Promise<Keep> {
	return new Promise((done, failed) => {
		const open = indexedDB.open(name, 1);
		open.onupgradeneeded = () => {
			open.result.createObjectStore("lanes", { keyPath: "id" });
			open.result.createObjectStore("settings");
		};
		open.onerror = () => failed(open.error);
		open.onsuccess = () => done(keepIn(open.result));
	});
}

function keepIn(db: IDBDatabase): Keep {
	// A transaction's "complete" says that it is written; a request's "success" only that it was accepted.
	const run = <T>(
		store: string,
		mode: IDBTransactionMode,
		work: (s: IDBObjectStore, out: (v: T) => void) => void,
	) =>
		new Promise<T | undefined>((done, failed) => {
			const tx = db.transaction(store, mode, { durability: "strict" });
			let got: T | undefined;
			tx.oncomplete = () => done(got);
			tx.onerror = () => failed(tx.error);
			tx.onabort = () => failed(tx.error);
			work(tx.objectStore(store), (v) => {
				got = v;
			});
		});
	return {
		all: async () =>
			(await run<Lane[]>("lanes", "readonly", (s, out) => {
				const q = s.getAll() as IDBRequest<Lane[]>;
				q.onsuccess = () => out(q.result);
			})) ?? [],
		change: (id, how) =>
			run<Lane | undefined>("lanes", "readwrite", (s, out) => {
				const q = s.get(id) as IDBRequest<Lane | undefined>;
				q.onsuccess = () => {
					const next = how(q.result);
					if (next) s.put(next);
					else s.delete(id);
					out(next);
				};
			}),
		get: (key) =>
			run<string | undefined>("settings", "readonly", (s, out) => {
				const q = s.get(key) as IDBRequest<string | undefined>;
				q.onsuccess = () => out(q.result);
			}),
		set: async (key, value) => {
			await run("settings", "readwrite", (s) => {
				if (value === undefined) s.delete(key);
				else s.put(value, key);
			});
		},
	};
}

/** Lanes in memory: for a browser that keeps nothing, as in a private window, and for tests. */
export function memoryKeep(): Keep {
	const lanes = new Map<string, Lane>();
	const settings = new Map<string, string>();
	return {
		all: async () => structuredClone([...lanes.values()]),
		change: async (id, how) => {
			const next = how(structuredClone(lanes.get(id)));
			if (next) lanes.set(id, structuredClone(next));
			else lanes.delete(id);
			return next;
		},
		get: async (key) => settings.get(key),
		set: async (key, value) => {
			if (value === undefined) settings.delete(key);
			else settings.set(key, value);
		},
	};
}
