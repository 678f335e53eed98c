import { api, type Schemas, type Written, written } from "./api";
import { failureOf, type Job, readJob } from "./jobs";

type Undone = Schemas["Undone"];

/**
 * Takes a write back by the batch that its answer named, for one of its vehicles or for all. What
 * went over many vehicles is taken back by a job: the tray shows how far it is, and this waits for
 * its end.
 */
export async function undo(batch: string, vehicle?: string): Promise<Written<Undone>> {
	const u = await written(
		api.POST("/api/v1/undo/{batch}", { params: { path: { batch }, query: { vehicle } } }),
	);
	return u.value.job ? { ...u, value: await ended(u.value.job) } : u;
}

const askMS = 500;

async function ended(job: Job): Promise<Undone> {
	let j = job;
	while (!j.ended) {
		await new Promise((r) => setTimeout(r, askMS));
		j = await readJob(j.id);
	}
	if (j.state === "done") return j.result as Undone;
	throw failureOf({
		title: j.title,
		problem: j.problem || "It was stopped on the way.",
		remedy: j.remedy || "Undo it again to go on.",
	});
}
