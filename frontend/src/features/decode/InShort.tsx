import { Skeleton, Text, Title } from "@mantine/core";
import { BriefingText } from "../../components/BriefingText";
import { useBriefing } from "../../hooks/useBriefing";
import { useSay } from "../../lib/say";
import { m } from "./messages";

/** The briefing of a VIN that need not be saved, worded from its decode alone. */
export function InShort({ vin, year }: { vin: string; year?: number }) {
	const say = useSay();
	const { insight, error, busy } = useBriefing({ vin, year });
	// The decode stands on its own: a briefing that fails is no reason to alarm.
	if (error && !insight) return null;
	return (
		<section aria-label={say(m.inShort)}>
			<Title order={3} size="h6">
				{say(m.inShort)}
			</Title>
			{insight ? (
				<BriefingText insight={insight} />
			) : (
				<Skeleton height={58} mt={8} aria-label={say(m.writing)} />
			)}
			<Text size="xs" c="dimmed" mt={4} mih="1.5em">
				{busy ? say(m.choosing) : insight?.label}
			</Text>
		</section>
	);
}
