import { Box, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { Message } from "../../lib/catalogue";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import type { Step, Tried } from "./api";
import classes from "./backups.module.css";
import { form as m } from "./messages";

const names: Record<Step["name"], Message> = {
	reach: m.stepReach,
	write: m.stepWrite,
	read: m.stepRead,
	delete: m.stepDelete,
	clock: m.stepClock,
	features: m.stepFeatures,
	backup: m.stepBackup,
};

/** What a test of a place found, step by step, with what to do; a fault may be marked at its field already. */
export function TestSteps({ of: t, marked }: { of: Tried; marked?: boolean }) {
	const say = useSay();
	const fine = t.steps.every((s) => s.ok);
	return (
		<Box role="status" aria-label={say(m.tested)}>
			<Text size="sm" fw={600} c={fine ? "var(--hub-good)" : "var(--hub-bad)"}>
				{say(fine ? m.testFine : m.testNot)}
			</Text>
			<ul className={classes.steps}>
				{t.steps.map((s) => (
					<li key={s.name} data-ok={s.ok}>
						{s.ok ? (
							<IconCheck size={16} className={classes.ok} aria-hidden />
						) : (
							<IconAlertTriangle size={16} className={classes.bad} aria-hidden />
						)}
						<div>
							<b>{say(names[s.name])}</b>{" "}
							{s.name !== "backup" && (
								<Text span size="xs" c="dimmed">
									{[say(s.ok ? m.stepOk : m.stepBad), s.tookMs > 0 && say(m.stepMs, { n: s.tookMs })]
										.filter(Boolean)
										.join(", ")}
								</Text>
							)}
							{marked && s.field ? (
								<Text size="sm">{say(m.stepField)}</Text>
							) : (
								<>
									{s.note && <Text size="sm">{sentence(s.note)}</Text>}
									{s.remedy && <Text size="sm">{sentence(s.remedy)}</Text>}
								</>
							)}
						</div>
					</li>
				))}
			</ul>
		</Box>
	);
}
