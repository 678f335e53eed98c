import { ActionIcon, Button, Card, Group, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { BriefingText } from "../../components/BriefingText";
import { FailureNote } from "../../components/FailureNote";
import { type Evidence, Figures, Findings } from "../../components/Findings";
import { useBriefing } from "../../hooks/useBriefing";
import { day } from "../../lib/format";
import { type History, historyQuery, type Vehicle } from "./api";

/** The briefing: numbers first, then the sentences, then everything that was found. */
export function Insights({ vehicle: v }: { vehicle: Vehicle }) {
	const b = useBriefing({ id: v.id });
	const history = useQuery(historyQuery(v.id));
	const insight = b.insight;
	if (b.error && !insight)
		return <FailureNote error={b.error} title="The briefing could not be written" onRetry={b.start} />;
	if (!insight) return <Skeleton height={240} aria-label="Writing the briefing" />;
	const evidence = evidenceOf(v, history.data);
	return (
		<Stack gap="md">
			<Figures findings={insight.findings} />
			<Card withBorder component="section" aria-label="Briefing">
				<Group justify="space-between" wrap="nowrap" align="flex-start" mih={30}>
					<Title order={2} size="h5">
						Briefing
					</Title>
					{b.busy ? (
						<Button
							size="compact-sm"
							variant="default"
							leftSection={<IconPlayerStop size={14} aria-hidden />}
							onClick={b.stop}
						>
							Stop
						</Button>
					) : (
						<Tooltip label="Write it again">
							<ActionIcon variant="subtle" onClick={b.start} aria-label="Write the briefing again">
								<IconRefresh size={18} aria-hidden />
							</ActionIcon>
						</Tooltip>
					)}
				</Group>
				<BriefingText insight={insight} evidence={evidence} />
				<Text size="xs" c="dimmed" mt="sm" role="status" aria-live="polite">
					{b.busy
						? `Plain wording. The local model is choosing words: ${b.sentences.length} of about ${insight.sentences.length} sentences.`
						: insight.label}
					{b.note && !b.busy && ` The wording stays plain: ${b.note}`}
				</Text>
			</Card>
			{b.error && (
				<FailureNote error={b.error} title="The briefing could not be written again" onRetry={b.start} />
			)}
			<section aria-label="All findings">
				<Title order={2} size="h5" mb="xs">
					All findings ({insight.findings.length})
				</Title>
				<Findings findings={insight.findings} evidence={evidence} />
			</section>
			<Text size="xs" c="dimmed">
				NHTSA vPIC {insight.release.replace("_", "-")}, {day(insight.clock)}. Not a title or accident history.
			</Text>
		</Stack>
	);
}

/** Names records as people would: by what they are and their day. */
function evidenceOf(v: Vehicle, h: History | undefined): Evidence {
	const names = new Map<string, string>();
	for (const { record: r } of h?.readings ?? []) names.set(r.id, `reading of ${day(r.date)}`);
	for (const { record: r } of h?.services ?? []) names.set(r.id, `service of ${day(r.date)}`);
	for (const { record: r } of h?.fuel ?? []) names.set(r.id, `filling of ${day(r.date)}`);
	return { vehicle: v.id, name: (r) => names.get(r.key) };
}
