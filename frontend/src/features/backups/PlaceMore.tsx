import { NumberInput, PasswordInput, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useSay } from "../../lib/say";
import type { Bucket, Entry } from "./api";
import classes from "./backups.module.css";
import { form as m } from "./messages";

const within = ["/name", "/s3/class", "/s3/ca", "/pruneSecret", "/hours"];

/** Whether the bucket stands in the path: unless somebody says otherwise, everywhere but at Amazon, as the command line has it. */
export const pathStyle = (s: Bucket): boolean => s.pathStyle ?? !s.endpoint.includes("amazonaws.com");

/** What a place needs seldom. */
export function PlaceMore(props: {
	value: Entry;
	onChange: (part: Partial<Entry>) => void;
	onS3: (part: Partial<Bucket>) => void;
	field: (pointer: string) => string | undefined;
	pruneSecret: string;
	onPruneSecret: (s: string) => void;
	/** Secrets that are left empty stay as they are stored. */
	kept: boolean;
}) {
	const say = useSay();
	const { value: f, field, onChange, onS3 } = props;
	const s3 = f.s3;
	return (
		<details className={classes.more} open={within.some((p) => field(p)) || undefined}>
			<summary>{say(m.more)}</summary>
			<Stack gap="sm" mt={4}>
				<TextInput
					label={say(m.name)}
					description={say(m.nameAbout)}
					value={f.name}
					onChange={(e) => onChange({ name: e.currentTarget.value })}
					maxLength={80}
					error={field("/name")}
				/>
				{f.kind === "s3" && s3 && (
					<>
						<Switch
							label={say(m.pathStyle)}
							description={say(m.pathStyleAbout)}
							checked={pathStyle(s3)}
							onChange={(e) => onS3({ pathStyle: e.currentTarget.checked })}
						/>
						<Text size="sm">{say(m.pruneAbout)}</Text>
						<div className={classes.two}>
							<TextInput
								label={say(m.pruneAccessKey)}
								value={s3.pruneAccessKey ?? ""}
								onChange={(e) => onS3({ pruneAccessKey: e.currentTarget.value })}
								maxLength={300}
								spellCheck={false}
								autoComplete="off"
							/>
							<PasswordInput
								label={say(m.pruneSecret)}
								placeholder={props.kept && s3.pruneAccessKey ? say(m.secretKept) : undefined}
								value={props.pruneSecret}
								onChange={(e) => props.onPruneSecret(e.currentTarget.value)}
								maxLength={4096}
								autoComplete="off"
								visibilityToggleButtonProps={{ "aria-label": say(m.show), tabIndex: 0 }}
								error={field("/pruneSecret")}
								aria-invalid={field("/pruneSecret") !== undefined || undefined}
							/>
							<TextInput
								label={say(m.class)}
								description={say(m.classAbout)}
								value={s3.class ?? ""}
								onChange={(e) => onS3({ class: e.currentTarget.value })}
								maxLength={60}
								spellCheck={false}
								error={field("/s3/class")}
							/>
							<TextInput
								label={say(m.ends)}
								description={say(m.endsAbout)}
								type="date"
								value={s3.ends?.slice(0, 10) ?? ""}
								onChange={(e) =>
									onS3({ ends: e.currentTarget.value ? `${e.currentTarget.value}T00:00:00Z` : undefined })
								}
							/>
							<NumberInput
								label={say(m.lockDays)}
								description={say(m.lockAbout)}
								value={f.lockDays ?? 0}
								onChange={(n) => onChange({ lockDays: Number(n) || 0 })}
								min={0}
								max={3650}
								allowDecimal={false}
								hideControls
							/>
						</div>
						<Textarea
							label={say(m.ca)}
							description={say(m.caAbout)}
							value={s3.ca ?? ""}
							onChange={(e) => onS3({ ca: e.currentTarget.value })}
							maxLength={65_536}
							autosize
							minRows={2}
							maxRows={6}
							spellCheck={false}
							error={field("/s3/ca")}
						/>
					</>
				)}
				<div className={classes.two}>
					<NumberInput
						label={say(m.limit)}
						description={say(m.limitAbout)}
						value={f.limit ?? 0}
						onChange={(n) => onChange({ limit: Number(n) || 0 })}
						min={0}
						allowDecimal={false}
						hideControls
					/>
					<TextInput
						label={say(m.hours)}
						placeholder={say(m.hoursHint)}
						value={f.hours ?? ""}
						onChange={(e) => onChange({ hours: e.currentTarget.value })}
						maxLength={11}
						error={field("/hours")}
					/>
					<NumberInput
						label={say(m.testDays)}
						value={f.testDays ?? 7}
						onChange={(n) => onChange({ testDays: Number(n) || 1 })}
						min={1}
						max={365}
						allowDecimal={false}
						hideControls
					/>
				</div>
			</Stack>
		</details>
	);
}
