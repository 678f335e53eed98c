import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { follow } from "./live";
import { printPage, printWhenAsked } from "./print";

const sources: Source[] = [];

/** Stands for the browser's EventSource. */
class Source extends EventTarget {
	closed = false;
	constructor(readonly url: string) {
		super();
		sources.push(this);
	}
	close() {
		this.closed = true;
	}
	say(name: string, lastEventId: string) {
		this.dispatchEvent(new MessageEvent(name, { data: '{"instance":"a","seq":1}', lastEventId }));
	}
}

let end: () => void;
beforeEach(() => {
	sources.length = 0;
	vi.stubGlobal("EventSource", Source);
	end = follow(new QueryClient());
});
afterEach(() => {
	end();
	vi.unstubAllGlobals();
});

const open = () => sources.filter((s) => !s.closed);

it("prints while nothing is listened to, and goes on from the same place", async () => {
	await vi.waitFor(() => expect(open()).toHaveLength(1));
	open()[0]?.say("hello", "a.7");
	let meanwhile = -1;
	vi.stubGlobal("print", () => {
		meanwhile = open().length;
	});
	await printPage();
	expect(meanwhile).toBe(0);
	expect(open().map((s) => s.url)).toEqual(["/api/v1/live?since=a.7"]);
});

it("listens again where printing fails", async () => {
	vi.stubGlobal("print", () => {
		throw new Error("no printer");
	});
	await expect(printPage()).rejects.toThrow("no printer");
	expect(open()).toHaveLength(1);
});

it("opens nothing after its end", async () => {
	vi.stubGlobal("print", () => end());
	await printPage();
	expect(open()).toHaveLength(0);
});

it("prints when the menu of the window asks, and says that it does", async () => {
	const printed = vi.fn();
	vi.stubGlobal("print", printed);
	const ask = () => dispatchEvent(new Event("hubcap:print", { cancelable: true }));
	expect(ask()).toBe(true);
	const stop = printWhenAsked();
	expect(ask()).toBe(false);
	await vi.waitFor(() => expect(printed).toHaveBeenCalledTimes(1));
	stop();
	expect(ask()).toBe(true);
});
