import { Box, NumberInput, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSay } from "../../lib/say";
import { type Entry, estimateQuery, type Keep } from "./api";
import classes from "./backups.module.css";
import { rulesText as m } from "./messages";
import { estimateText, keepText } from "./words";

export const presets = ["continuous", "quarter", "nightly", "on_demand"] as const;
const sorts = ["days", "last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** As retain.Default of the hub has it. */
export const usualKeep: Keep = { last: 3, hourly: 0, daily: 7, weekly: 5, monthly: 12, yearly: 3, days: 7 };

/** When a backup is made, what a month of it comes to, and what is kept. */
export function RulesFields(props: {
	value: Entry;
	onChange: (part: Partial<Entry>) => void;
	field: (pointer: string) => string | undefined;
}) {
	const say = useSay();
	const { value: f, onChange } = props;
	const keep = f.keep ?? usualKeep;
	const preset = f.preset ?? "continuous";
	return (
		<Stack gap="sm">
			<Radio.Group
				label={say(m.when)}
				value={preset}
				onChange={(p) => onChange({ preset: p as typeof preset })}
			>
				<div className={classes.two} style={{ marginTop: 6 }}>
					{presets.map((p) => (
						<Radio key={p} value={p} label={say(m[p])} description={say(m[`${p}About`])} />
					))}
				</div>
			</Radio.Group>
			<Month preset={preset} keep={keep} />
			<details className={classes.more} open={props.field("/keep") !== undefined || undefined}>
				<summary>{say(m.change)}</summary>
				<Stack gap="sm" mt={4}>
					<div className={classes.numbers}>
						{sorts.map((s) => (
							<NumberInput
								key={s}
								label={say(m[s])}
								value={keep[s]}
								onChange={(n) => onChange({ keep: { ...keep, [s]: Number(n) || 0 } })}
								min={0}
								max={100_000}
								allowDecimal={false}
								hideControls
								style={s === "days" ? { gridColumn: "1 / -1", maxWidth: 260 } : undefined}
							/>
						))}
					</div>
					{props.field("/keep") && (
						<Text size="sm" c="var(--hub-bad)" role="alert">
							{props.field("/keep")}
						</Text>
					)}
					<TextInput
						label={say(m.at)}
						type="time"
						value={f.at ?? "03:10"}
						onChange={(e) => onChange({ at: e.currentTarget.value })}
						error={props.field("/at")}
						maw={260}
					/>
				</Stack>
			</details>
			<Text size="xs" c="dimmed" mt={-6}>
				{keepText(keep, say)}
			</Text>
		</Stack>
	);
}

function Month(rules: { preset: (typeof presets)[number]; keep: Keep }) {
	const say = useSay();
	const [settled] = useDebouncedValue(rules, 250);
	const q = useQuery({ ...estimateQuery(settled), placeholderData: keepPreviousData });
	return (
		<Box className={classes.estimate} role="status" data-testid="estimate">
			{q.data ? (
				<>
					<Text size="sm">{estimateText(q.data, say)}</Text>
					<Text size="xs" c="dimmed">
						{say(m.estimateAbout, { n: q.data.writesPerDay })}
					</Text>
				</>
			) : (
				<Text size="sm" c="dimmed">
					{say(q.error ? m.estimateNot : m.estimating)}
				</Text>
			)}
		</Box>
	);
}
