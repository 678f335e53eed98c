import { Text, Tooltip } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, data } from "../lib/api";
import classes from "./ModelState.module.css";

const modelQuery = queryOptions({
	queryKey: ["model"],
	queryFn: () => data(api.GET("/api/v1/model")),
	refetchInterval: (q) => (q.state.data?.earned ? 15_000 : 2_000),
});

const words: Record<string, string> = {
	missing: "no model",
	building: "model is being built",
	starting: "model starts",
	ready: "model ready",
	busy: "model at work",
	failed: "model failed",
};

/** The local model's state; it turns to ready by itself. */
export function ModelState() {
	const { data: m } = useQuery(modelQuery);
	if (!m) return null;
	const checking = m.condition === "busy" && !m.checked;
	const word = checking ? "model is being checked" : (words[m.condition] ?? m.condition);
	return (
		<Tooltip
			label={m.reason || m.verdict || `${m.model}, on this computer`}
			multiline
			maw={340}
			events={{ hover: true, focus: true, touch: true }}
		>
			<Text
				span
				size="xs"
				c="dimmed"
				className={classes.state}
				data-condition={m.condition}
				role="status"
				aria-label={`Local model: ${word}`}
				tabIndex={0}
			>
				<span className={classes.dot} aria-hidden />
				<span className={classes.word}>{word}</span>
			</Text>
		</Tooltip>
	);
}
