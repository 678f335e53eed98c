import { Text, Tooltip } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, data } from "../lib/api";
import type { Message } from "../lib/catalogue";
import { useSay } from "../lib/say";
import classes from "./ModelState.module.css";
import { m } from "./messages";

const modelQuery = queryOptions({
	queryKey: ["model"],
	queryFn: () => data(api.GET("/api/v1/model")),
	refetchInterval: (q) => (q.state.data?.earned ? 15_000 : 2_000),
});

const words: Record<string, Message> = {
	missing: m.modelMissing,
	building: m.modelBuilding,
	starting: m.modelStarting,
	ready: m.modelReady,
	busy: m.modelBusy,
	failed: m.modelFailed,
};

/** The local model's state; it turns to ready by itself. */
export function ModelState() {
	const say = useSay();
	const { data: state } = useQuery(modelQuery);
	if (!state) return null;
	const checking = state.condition === "busy" && !state.checked;
	const known = checking ? m.modelChecking : words[state.condition];
	const word = known ? say(known) : state.condition;
	return (
		<Tooltip
			label={state.reason || state.verdict || say(m.modelHere, { model: state.model })}
			multiline
			maw={340}
			events={{ hover: true, focus: true, touch: true }}
		>
			<Text
				span
				size="xs"
				c="dimmed"
				className={classes.state}
				data-condition={state.condition}
				role="status"
				aria-label={say(m.model, { state: word })}
				tabIndex={0}
			>
				<span className={classes.dot} aria-hidden />
				<span className={classes.word}>{word}</span>
			</Text>
		</Tooltip>
	);
}
