import { Button, Group, List, Progress, Stack, Text } from "@mantine/core";
import { FailureNote } from "../../components/FailureNote";
import type { Schemas } from "../../lib/api";
import { failureOf } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import type { BroughtIn } from "./api";
import { m } from "./messages";

const written = (release: string) => release.replace("_", "-");

/** How the last update goes or went: what came of it, or what failed and what stays. */
export function VpicJob(props: { job: Schemas["Job"]; inUse: string; onForce?: () => void }) {
	const say = useSay();
	const { job } = props;
	if (!job.ended)
		return (
			<div>
				<Text size="sm" mb={4} role="status">
					{say(m.vpicWorking, { percent: job.done, note: job.note })}
				</Text>
				<Progress value={job.done} animated aria-label={say(m.vpicProgress)} />
			</div>
		);
	if (job.state === "failed")
		return (
			<Stack gap="xs">
				<FailureNote
					title={say(m.vpicFailed)}
					error={failureOf({ ...job, remedy: job.remedy?.replace("repeat with --force", say(m.vpicForce)) })}
				/>
				<Text size="sm">{say(m.vpicKept, { release: written(props.inUse) })}</Text>
				{props.onForce && (
					<Group gap="xs">
						<Button size="compact-sm" variant="default" onClick={props.onForce}>
							{say(m.vpicForce)}
						</Button>
						<Text size="xs" c="dimmed">
							{say(m.vpicForceAbout)}
						</Text>
					</Group>
				)}
			</Stack>
		);
	const got = job.result as BroughtIn | undefined;
	// Of a release that was gone back from, or overtaken, there is nothing to say any more.
	if (job.state !== "done" || got?.release !== props.inUse) return null;
	return (
		<div>
			<Text size="sm" role="status">
				{got.already
					? say(m.vpicAlready, { release: written(got.release) })
					: say(m.vpicDone, { release: written(got.release), before: written(got.before) })}
			</Text>
			{got.warnings.length > 0 && (
				<>
					<Text size="sm" fw={600} mt="xs">
						{say(m.vpicWarnings)}
					</Text>
					<List size="sm">
						{got.warnings.map((w) => (
							<List.Item key={w}>{w}</List.Item>
						))}
					</List>
				</>
			)}
			{got.changed.length > 0 && (
				<details>
					<summary>
						<Text span size="sm">
							{say(m.vpicSamples, { n: got.changed.length })}
						</Text>
					</summary>
					<List size="xs">
						{got.changed.map((c) => (
							<List.Item key={c.vin} style={{ overflowWrap: "anywhere" }}>
								<code>{c.vin}</code> {say.list(c.differences)}
							</List.Item>
						))}
					</List>
				</details>
			)}
		</div>
	);
}
