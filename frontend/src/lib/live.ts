import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { Schemas } from "./api";
import { doubt } from "./doubt";
import type { Job } from "./jobs";
import { pausedByPrint } from "./print";
import { reach } from "./reach";
import { lastWrite } from "./sequence";

/** What the hub tells, as one tab hands it to the others. */
export type News =
	| ({ name: "hello" } & Schemas["LiveHello"])
	| ({ name: "change" } & Schemas["LiveChange"])
	| { name: "job"; job: Job }
	| { name: "reset" };

type Said =
	| { news: News; place: string }
	/** A tab that just opened asks where the stream is; the leader answers. */
	| { asks: true }
	| { place: string };

const url = "/api/v1/live";
const lock = "hubcap-live";
/** Changes that come together are read together. */
const gatherMS = 60;
/** In a flood, such as an import, what is shown is read again this often. */
const floodMS = 400;
const againMS = 2_000;

/**
 * Keeps the page up to date with what others write. All tabs of a browser
 * share one stream, since a browser keeps six connections to a hub at most:
 * the tab that holds a lock listens and tells the rest. When it goes, the next
 * one takes over from the place where it stood.
 *
 * A refetch never reaches into a form: forms copy what they edit when they
 * open, with its revision, and the hub refuses a write over a newer one.
 */
export function follow(client: QueryClient): () => void {
	const desk = new Desk(client);
	const ended = new AbortController();
	const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(lock) : undefined;
	let leads = false;
	channel?.addEventListener("message", ({ data }: MessageEvent<Said>) => {
		if ("asks" in data) {
			if (leads && desk.place) channel.postMessage({ place: desk.place } satisfies Said);
		} else if ("news" in data) desk.take(data.news, data.place);
		else desk.place ||= data.place;
	});
	channel?.postMessage({ asks: true } satisfies Said);

	const lead = (signal: AbortSignal) => {
		leads = true;
		const tell = (news: News, place: string) => {
			desk.take(news, place);
			channel?.postMessage({ news, place } satisfies Said);
		};
		return listen(() => desk.place, tell, signal).finally(() => {
			leads = false;
		});
	};
	// A page whose key is old must not hold the lock against one that has the new one.
	const unwatch = reach.watch(() => reach.now === "stranger" && ended.abort());
	// Another tab's page may have come out of the browser's cache and missed what was said.
	const shown = (e: PageTransitionEvent) => e.persisted && desk.everything();
	globalThis.addEventListener("pageshow", shown);
	const locks = globalThis.navigator.locks as LockManager | undefined;
	if (channel && locks)
		locks
			.request(lock, { signal: ended.signal }, () => lead(ended.signal))
			.catch(() => {
				// Ended while it waited.
			});
	else void lead(ended.signal); // no shared lock, as over plain HTTP in a LAN: each tab listens
	return () => {
		ended.abort();
		unwatch();
		channel?.close();
		desk.close();
		globalThis.removeEventListener("pageshow", shown);
	};
}

/** Listens until the signal ends it. */
function listen(
	place: () => string,
	tell: (news: News, place: string) => void,
	signal: AbortSignal,
): Promise<void> {
	return new Promise((done) => {
		let source: EventSource | undefined;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const cut = () => {
			clearTimeout(timer);
			source?.close();
		};
		if (signal.aborted) return done();
		const open = () => {
			cut();
			if (signal.aborted) return;
			const at = place();
			source = new EventSource(at ? `${url}?since=${encodeURIComponent(at)}` : url);
			const on = (name: News["name"], read: (body: unknown) => News) =>
				source?.addEventListener(name, (e) => tell(read(JSON.parse(e.data)), e.lastEventId));
			on("hello", (b) => ({ name: "hello", ...(b as Schemas["LiveHello"]) }));
			on("change", (b) => ({ name: "change", ...(b as Schemas["LiveChange"]) }));
			on("job", (b) => ({ name: "job", job: b as Job }));
			on("reset", () => ({ name: "reset" }));
			source.addEventListener("error", () => {
				// Its answer tells whether the hub is away, does not know this page any more, or has changed its rights.
				doubt.raise();
				// The browser itself comes back after a cut, but not after a refusal.
				if (source?.readyState !== EventSource.CLOSED || signal.aborted) return;
				clearTimeout(timer);
				timer = setTimeout(open, againMS);
			});
		};
		const forget = pausedByPrint({ pause: cut, resume: open });
		signal.addEventListener(
			"abort",
			() => {
				forget();
				cut();
				done();
			},
			{ once: true },
		);
		open();
	});
}

/** Turns news into what this tab reads again. */
export class Desk {
	/** The last event that was heard, where another tab would go on. */
	place = "";
	private instance = "";
	private readonly due = new Map<string, QueryKey>();
	private timer: ReturnType<typeof setTimeout> | undefined;
	private last = 0;

	constructor(private readonly client: QueryClient) {}

	take(news: News, place: string): void {
		if (place) this.place = place;
		switch (news.name) {
			case "hello":
				if (this.instance && news.instance !== this.instance) this.everything();
				this.instance = news.instance;
				break;
			case "reset":
				this.everything();
				break;
			case "change":
				// A search waits until its index holds what is shown elsewhere.
				lastWrite.note(news.seq);
				this.read(keysOf(news));
				break;
			case "job":
				this.job(news.job);
				break;
		}
	}

	everything(): void {
		void this.client.invalidateQueries();
	}

	close(): void {
		clearTimeout(this.timer);
	}

	private job(job: Job): void {
		const before = this.client.getQueryData<Job[]>(["jobs"])?.find((j) => j.id === job.id);
		this.client.setQueryData<Job[]>(["jobs"], (old) => old && withJob(old, job));
		// A list that is on its way may be older than this and would hide it.
		const moved = before?.state !== job.state || before?.asked !== job.asked;
		if (moved && this.client.isFetching({ queryKey: ["jobs"] }) > 0)
			void this.client.invalidateQueries({ queryKey: ["jobs"] });
		if (job.state === "removed") return;
		this.client.setQueryData(["job", job.id], (old: Job | undefined) => old && job);
		if (job.ended) this.read(keysOfJob(job));
	}

	private read(keys: QueryKey[]): void {
		for (const k of keys) this.due.set(JSON.stringify(k), k);
		if (this.due.size === 0 || this.timer !== undefined) return;
		const wait = Math.max(gatherMS, this.last + floodMS - performance.now());
		// The first of a flood is read soon, those after it at that pace.
		this.timer = setTimeout(() => this.flush(), this.last === 0 ? gatherMS : wait);
	}

	private flush(): void {
		this.timer = undefined;
		this.last = performance.now();
		for (const queryKey of this.due.values()) void this.client.invalidateQueries({ queryKey });
		this.due.clear();
	}
}

/** What a document's change is shown in. */
function keysOf(c: Schemas["LiveChange"]): QueryKey[] {
	switch (c.collection) {
		case "vehicles":
			return [
				["vehicle", c.id],
				["vehicles"],
				["search"],
				["decode"],
				["meta"],
				["activity"],
				["trash"],
				["vpic"],
			];
		case "odometer_readings":
		case "service_records":
		case "fuel_records":
		case "attachments":
			// A record does not say whose it is; of the vehicles only the one on the page is read.
			return [["vehicle"], ["vehicles"], ["search"], ["activity"], ["trash"]];
		case "users":
		case "invitations":
			return [["users"], ["session"]];
		case "roles":
			return [["roles"], ["users"], ["session"]];
		case "organisations":
			return [["organisation"], ["session"]];
		case "api_keys":
			return [["keys"]];
		case "signin_providers":
			return [["signInProviders"], ["session"]];
		case "preferences":
			return [["preferences"]];
		case "model_orders":
			return [["orders"]];
		case "model_providers":
			return [["providers"], ["engines"]];
		case "intakes":
			return [["intakes"]];
		case "backup_targets":
			return [["backups"]];
		default:
			return [];
	}
}

function keysOfJob(job: Job): QueryKey[] {
	if (job.kind.startsWith("model_")) return [["engines"], ["models"], ["model"]];
	if (job.kind === "backup_restore_vehicle")
		return [["vehicle"], ["vehicles"], ["search"], ["meta"], ["activity"], ["trash"]];
	if (job.kind.startsWith("backup_")) return [["backups"], ["backupPoints"], ["copies"], ["drills"]];
	if (job.kind === "intake_commit" || job.kind === "undo")
		return [["intakes"], ["vehicle"], ["vehicles"], ["search"], ["meta"], ["activity"], ["trash"]];
	if (job.kind.startsWith("vpic_")) return [["vpic"], ["meta"], ["vehicle"], ["search"]];
	return [["search"], ["meta"], ["vehicles"]];
}

/** The list with a job as it now stands, the newest first. */
export function withJob(old: Job[], job: Job): Job[] {
	const rest = old.filter((j) => j.id !== job.id);
	if (job.state === "removed") return rest;
	return [...rest, job].sort((a, b) => (a.id < b.id ? 1 : -1));
}
