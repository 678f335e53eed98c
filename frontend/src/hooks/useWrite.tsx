import { Button, Group, Text } from "@mantine/core";
import { randomId } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Written } from "../lib/api";
import { useRefresh } from "../lib/queries";
import { type Say, useSay } from "../lib/say";
import { undo } from "../lib/undo";
import { m } from "./messages";

/** How long a toast offers to take a write back, in milliseconds. */
const undoMS = 10_000;

/**
 * A write with its toast. Whatever a person changes here can be taken back
 * for ten seconds by one click, so nothing asks "are you sure?".
 */
export function useWrite<A, T>(props: {
	write: (arg: A) => Promise<Written<T>>;
	/** What was done, as a sentence; none shows no toast. */
	said: (value: T, arg: A) => string;
	onDone?: (value: T, arg: A) => unknown;
	/** Runs after the write was taken back; leaves a page that shows what is gone. */
	onUndone?: (value: T, arg: A) => unknown;
}) {
	const refresh = useRefresh();
	const say = useSay();
	return useMutation({
		mutationFn: props.write,
		onSuccess: async ({ value, batch }, arg) => {
			await props.onDone?.(value, arg);
			await refresh();
			const back = async () => {
				await props.onUndone?.(value, arg);
				await refresh();
			};
			toast(say, props.said(value, arg), [batch], back);
		},
	});
}

/** Says what was done and offers to take it back, the last write first. */
export function toast(
	say: Say,
	said: string,
	batches: string[],
	onUndone: () => unknown,
	more?: ReactNode,
): void {
	const known = batches.filter((b) => b !== "");
	const back = async () => {
		for (const batch of known.toReversed()) await undo(batch);
		await onUndone();
	};
	offer(say, said, known.length > 0 ? back : undefined, known[0], more);
}

/** Says what was done, and offers to take it back where that is given. */
export function offer(
	say: Say,
	said: string,
	back?: () => Promise<unknown>,
	name: string = randomId(),
	more?: ReactNode,
): void {
	const id = `write-${name}`;
	notifications.show({
		id,
		autoClose: undoMS,
		withCloseButton: true,
		message: (
			<Group justify="space-between" wrap="nowrap" gap="md">
				<Text size="sm">
					{said} {more}
				</Text>
				{back && (
					<Button size="compact-sm" variant="default" flex="none" onClick={() => takeBack(say, id, back)}>
						{say(m.undo)}
					</Button>
				)}
			</Group>
		),
	});
}

async function takeBack(say: Say, id: string, back: () => Promise<unknown>) {
	// Most are taken back at once; one of many vehicles is not.
	const slow = setTimeout(
		() => notifications.update({ id, message: say(m.takingBack), loading: true, autoClose: false }),
		600,
	);
	try {
		await back().finally(() => clearTimeout(slow));
		notifications.update({ id, message: say(m.takenBack), loading: false, autoClose: 4_000 });
	} catch (e) {
		const why = e instanceof Error ? e.message : String(e);
		notifications.update({
			id,
			color: "red",
			loading: false,
			message: say(m.notTakenBack, { why }),
			autoClose: undoMS,
		});
	}
}
