import { Skeleton, Text, Title } from "@mantine/core";
import { BriefingText } from "../../components/BriefingText";
import { useBriefing } from "../../hooks/useBriefing";

/** The briefing of a VIN that need not be saved, worded from its decode alone. */
export function InShort({ vin, year }: { vin: string; year?: number }) {
	const { insight, error, busy } = useBriefing({ vin, year });
	// The decode stands on its own: a briefing that fails is no reason to alarm.
	if (error && !insight) return null;
	return (
		<section aria-label="In short">
			<Title order={3} size="h6">
				In short
			</Title>
			{insight ? <BriefingText insight={insight} /> : <Skeleton height={58} mt={8} aria-label="Writing" />}
			<Text size="xs" c="dimmed" mt={4} mih="1.5em">
				{busy ? "Plain wording. The local model is choosing words." : insight?.label}
			</Text>
		</section>
	);
}
