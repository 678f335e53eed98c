import { Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import type { Earning } from "./api";
import { m } from "./messages";
import classes from "./models.module.css";
import { jobAbout, jobName } from "./words";

const signs = {
	earned: <IconCircleCheck size={18} className={classes.earned} aria-hidden />,
	refused: <IconCircleX size={18} className={classes.refused} aria-hidden />,
	unchecked: <IconCircleDashed size={18} className={classes.unchecked} aria-hidden />,
};
const words = { earned: m.earned, refused: m.refused, unchecked: m.unchecked };

/** What a model may do, with what its check measured; a job without a check is given to nobody. */
export function Earnings({ jobs }: { jobs: Earning[] }) {
	const say = useSay();
	const shown = jobs.filter((j) => j.standing !== "no_check");
	if (shown.length === 0)
		return (
			<Text size="sm" c="dimmed">
				{say(m.notUsed)}
			</Text>
		);
	return (
		<ul className={classes.jobs} aria-label={say(m.jobs)}>
			{shown.map((j) => (
				<Job key={j.capability} of={j} />
			))}
		</ul>
	);
}

function Job({ of: j }: { of: Earning }) {
	const say = useSay();
	const standing = j.standing === "no_check" ? "unchecked" : j.standing;
	const job = jobName(j.capability, say);
	return (
		<li className={classes.job}>
			{signs[standing]}
			<div>
				<Text size="sm" title={jobAbout(j.capability, say)}>
					<b>{job}</b>: {say(words[standing])}
				</Text>
				{j.reason && <Text size="xs">{sentence(j.reason)}</Text>}
				{j.figures && j.figures.length > 0 && (
					<details className={classes.details}>
						<summary>{say(m.figures, { job })}</summary>
						<ul className={classes.figures}>
							{j.figures.map((f) => (
								<li key={f.name}>
									{say(m.figure, { name: f.name, value: [f.value, f.unit].filter(Boolean).join(" ") })}
								</li>
							))}
						</ul>
						{j.at && (
							<Text size="xs" c="dimmed">
								{say(m.measured, {
									moment: say.moment(j.at),
									time: say(m.seconds, { n: say.number((j.tookMs ?? 0) / 1000, 1) }),
								})}
							</Text>
						)}
					</details>
				)}
			</div>
		</li>
	);
}
