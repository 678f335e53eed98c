import { Anchor, Card, CloseButton, Group, List, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { usePreferences, useSetPreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { m } from "./messages";

const words = { units: m.stepUnits, serve: m.stepServe, data: m.stepData, model: m.stepModel } as const;
type Step = keyof typeof words;

/** What was skipped at the first start, until it is done or put away. */
export function Checklist() {
	const say = useSay();
	const p = usePreferences();
	const set = useSetPreferences();
	const skipped = (p.skipped ?? []) as Step[];
	if (skipped.length === 0) return null;
	return (
		<Card withBorder padding="sm" component="section" aria-label={say(m.skipped)}>
			<Group justify="space-between" wrap="nowrap" align="flex-start">
				<Text size="sm" fw={600}>
					{say(m.skipped)}
				</Text>
				<CloseButton
					size="sm"
					aria-label={say(m.putAway)}
					onClick={() => set.mutate({ ...p, skipped: [] })}
				/>
			</Group>
			<List size="sm" spacing={4}>
				{skipped.map((step) => (
					<List.Item key={step}>
						<Anchor component={Link} to="/welcome" search={{ step } as never} underline="always" size="sm">
							{say(words[step])}
						</Anchor>
					</List.Item>
				))}
			</List>
		</Card>
	);
}
