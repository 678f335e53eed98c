import { randomId } from "@mantine/hooks";
import { useCallback, useEffect, useRef, useState } from "react";
import { toast } from "../../../hooks/useWrite";
import { bytes } from "../../../lib/bytes";
import { useRefresh } from "../../../lib/queries";
import { useSay } from "../../../lib/say";
import { sentence } from "../../../lib/sentence";
import { attach } from "./api";
import { mostBytes, refused } from "./files";
import { m } from "./messages";

/** A file on its way, or one that did not arrive. */
export interface Sending {
	key: string;
	file: File;
	sent: number;
	state: "waiting" | "sending" | "failed";
	/** Why it did not arrive. */
	why?: string;
	/** The same file can be sent once more. */
	again?: boolean;
}

/** Files that are sent at the same time: the hub reads one while the next is on its way. */
const atOnce = 2;

/** Sends files one after the other, and goes on where one of them fails. */
export function useSending(vehicle: string) {
	const say = useSay();
	const refresh = useRefresh();
	const [list, setList] = useState<Sending[]>([]);
	const running = useRef(new Map<string, AbortController>());
	const done = useRef<{ name: string; batch: string }[]>([]);
	useEffect(() => {
		const all = running.current;
		return () => {
			for (const c of all.values()) c.abort();
		};
	}, []);

	const change = useCallback(
		(key: string, part: Partial<Sending>) =>
			setList((old) => old.map((s) => (s.key === key ? { ...s, ...part } : s))),
		[],
	);
	const drop = useCallback((key: string) => setList((old) => old.filter((s) => s.key !== key)), []);

	const send = async (s: Sending) => {
		const control = new AbortController();
		running.current.set(s.key, control);
		change(s.key, { state: "sending", sent: 0, why: undefined });
		try {
			const got = await attach(vehicle, s.file, (sent) => change(s.key, { sent }), control.signal);
			done.current.push({ name: got.value.name, batch: got.batch });
			drop(s.key);
		} catch (e) {
			if (control.signal.aborted) drop(s.key);
			else {
				const why = e instanceof Error && e.message ? sentence(e.message) : say(m.unreachable);
				change(s.key, { state: "failed", why, again: true });
			}
		}
		running.current.delete(s.key);
		await refresh();
	};

	const waiting = list.find((s) => s.state === "waiting" && !running.current.has(s.key));
	const busy = list.filter((s) => s.state === "sending").length;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the next one begins when the list changes
	useEffect(() => {
		if (waiting && running.current.size < atOnce) void send(waiting);
		if (!waiting && busy === 0 && running.current.size === 0 && done.current.length > 0) {
			const all = done.current;
			done.current = [];
			const said =
				all.length === 1
					? say(m.addedOne, { name: all[0]?.name ?? "" })
					: say(m.addedMany, { n: all.length });
			toast(
				say,
				said,
				all.map((d) => d.batch),
				refresh,
			);
		}
	}, [list]);

	const add = (files: File[]) => {
		const made = files.map((file): Sending => {
			const no = refused(file);
			const why =
				no === "tooLarge"
					? say(m.tooLarge, { size: bytes(file.size, say), most: bytes(mostBytes, say) })
					: no && say(m.empty);
			return { key: randomId(), file, sent: 0, state: why ? "failed" : "waiting", why };
		});
		setList((old) => [...old, ...made]);
	};
	return {
		list,
		add,
		cancel: (key: string) => {
			running.current.get(key)?.abort();
			drop(key);
		},
		again: (key: string) => change(key, { state: "waiting", why: undefined }),
	};
}
