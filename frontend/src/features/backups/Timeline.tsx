import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useSay } from "../../lib/say";
import type { Points } from "./api";
import classes from "./backups.module.css";
import { restoreText as m } from "./messages";
import { ends, local, placed, type Reached } from "./words";

/** The time that a backup covers as a line, and the moment on it that is asked for. */
export function Timeline(props: {
	points: Points;
	at: Date | undefined;
	got: Reached;
	onAt: (at: Date | undefined) => void;
}) {
	const say = useSay();
	const { points: p, at, got, onAt } = props;
	const e = ends(p);
	if (!e) return null;
	const now = at?.getTime() ?? e.to;
	const whole = Math.max(1_000, e.to - e.from);
	const percent = Math.min(100, Math.max(0, (100 * (now - e.from)) / whole));
	const moment = (t: number) => say.moment(new Date(t).toISOString());
	const what =
		at === undefined
			? say(m.isNewest)
			: got.kind === "any"
				? say(m.isAny)
				: got.kind === "before"
					? say(m.isBefore, { at: say.moment(got.at ?? "") })
					: say(m.isNone, { at: moment(e.from) });
	return (
		<Stack gap="sm">
			<div>
				<div
					className={classes.line2}
					role="img"
					aria-label={p.reaches
						.map((r) => say(m.stretch, { from: say.moment(r.from), to: say.moment(r.to) }))
						.join("; ")}
				>
					{p.reaches.map((r) => {
						const { start, width } = placed(r, e);
						return (
							<span
								key={`${r.line} ${r.from}`}
								className={classes.stretch}
								style={{ insetInlineStart: `${start}%`, width: `${width}%` }}
							/>
						);
					})}
					{p.points.map((x) => (
						<span
							key={`${x.line} ${x.seq} ${x.time}`}
							className={classes.tick}
							style={{
								insetInlineStart: `${(100 * (new Date(x.time).getTime() - e.from)) / whole}%`,
							}}
						/>
					))}
					<span
						className={classes.pin}
						style={{ insetInlineStart: `calc(${percent}% - ${percent > 99 ? 2 : 0}px)` }}
					/>
				</div>
				<input
					type="range"
					className={classes.range}
					aria-label={say(m.slider)}
					aria-valuetext={moment(now)}
					min={Math.floor(e.from / 1000)}
					max={Math.ceil(e.to / 1000)}
					step={Math.max(1, Math.round(whole / 1_000_000))}
					value={Math.round(now / 1000)}
					onChange={(x) => onAt(new Date(Number(x.currentTarget.value) * 1000))}
				/>
				<Group justify="space-between" gap="xs">
					<Text size="xs" c="dimmed">
						{moment(e.from)}
					</Text>
					<Text size="xs" c="dimmed">
						{moment(e.to)}
					</Text>
				</Group>
			</div>
			<Group align="flex-end" gap="sm">
				<TextInput
					label={say(m.moment)}
					type="datetime-local"
					step={1}
					value={local(new Date(now))}
					onChange={(x) => {
						const t = new Date(x.currentTarget.value);
						if (!Number.isNaN(t.getTime())) onAt(t);
					}}
				/>
				<Button variant="default" onClick={() => onAt(undefined)} disabled={at === undefined}>
					{say(m.newest)}
				</Button>
			</Group>
			<Text size="sm" role="status" c={got.kind === "none" ? "var(--hub-bad)" : undefined}>
				{what}
			</Text>
		</Stack>
	);
}
