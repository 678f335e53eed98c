import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Desk, withJob } from "./live";

const job = (id: string, state: string, more = {}) => ({ id, state, kind: "x", ...more }) as never;

describe("news", () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	const desk = () => {
		const client = new QueryClient();
		const read = vi.spyOn(client, "invalidateQueries").mockResolvedValue();
		return {
			client,
			desk: new Desk(client),
			read: () => read.mock.calls.map(([f]) => f?.queryKey?.join(" ")),
		};
	};
	const change = (id: string, seq: number) =>
		({ name: "change", collection: "vehicles", id, seq, rev: 1, deleted: false }) as const;

	it("of one moment are read once", () => {
		const d = desk();
		for (let n = 1; n <= 500; n++) d.desk.take(change("a", n), `e.${n}`);
		expect(d.read()).toEqual([]);
		vi.advanceTimersByTime(100);
		expect(d.read().filter((k) => k === "vehicle a")).toHaveLength(1);
		expect(d.read()).toContain("search");
		expect(d.desk.place).toBe("e.500");
	});

	it("of a flood are read at a pace", () => {
		const d = desk();
		for (let n = 1; n <= 300; n++) {
			d.desk.take(change("a", n), "");
			vi.advanceTimersByTime(10);
		}
		vi.advanceTimersByTime(2_000);
		const times = d.read().filter((k) => k === "search").length;
		expect(times).toBeGreaterThan(1);
		expect(times).toBeLessThan(12);
	});

	it("of another history have everything read again", () => {
		const d = desk();
		d.desk.take({ name: "hello", instance: "one", seq: 1 }, "one.1");
		expect(d.read()).toEqual([]);
		d.desk.take({ name: "hello", instance: "two", seq: 1 }, "two.1");
		expect(d.read()).toEqual([undefined]);
	});

	it("of jobs go straight into the list", () => {
		const d = desk();
		d.client.setQueryData(["jobs"], [job("b", "running")]);
		d.desk.take({ name: "job", job: job("c", "queued") }, "");
		d.desk.take({ name: "job", job: job("b", "done") }, "");
		expect(d.client.getQueryData(["jobs"])).toEqual([job("c", "queued"), job("b", "done")]);
		d.desk.take({ name: "job", job: job("c", "removed") }, "");
		expect(d.client.getQueryData(["jobs"])).toEqual([job("b", "done")]);
	});

	it("of a job's state ask again for a list that was on its way", async () => {
		const client = new QueryClient();
		const answers: ((jobs: never[]) => void)[] = [];
		const list = { queryKey: ["jobs"], queryFn: () => new Promise<never[]>((r) => answers.push(r)) };
		const seen = new QueryObserver(client, list);
		const end = seen.subscribe(() => {});
		answers[0]?.([job("a", "running")]);
		await vi.waitFor(() => expect(seen.getCurrentResult().data).toHaveLength(1));
		const fetched = seen.refetch({ throwOnError: false });
		new Desk(client).take({ name: "job", job: job("a", "paused") }, "");
		await vi.waitFor(() => expect(answers).toHaveLength(3));
		answers[1]?.([job("a", "running")]);
		answers[2]?.([job("a", "paused")]);
		await fetched;
		await vi.waitFor(() => expect(client.isFetching()).toBe(0));
		expect(client.getQueryData(["jobs"])).toEqual([job("a", "paused")]);
		end();
	});
});

it("keeps jobs in the order of their start", () => {
	expect(withJob([job("3", "running"), job("1", "done")], job("2", "queued"))).toEqual([
		job("3", "running"),
		job("2", "queued"),
		job("1", "done"),
	]);
});
