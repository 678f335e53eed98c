import { ActionIcon, Button, Card, Group, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { BriefingText } from "../../components/BriefingText";
import { FailureNote } from "../../components/FailureNote";
import { type Evidence, Figures, Findings } from "../../components/Findings";
import { useBriefing } from "../../hooks/useBriefing";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type History, historyQuery, outgoingQuery, type Vehicle } from "./api";
import { Explanation } from "./Explanation";
import { Leaving } from "./Leaving";
import { insights as m, records } from "./messages";
import { NotesSummary } from "./NotesSummary";

/** The briefing: numbers first, then the sentences, then everything that was found. */
export function Insights({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const b = useBriefing({ id: v.id });
	const history = useQuery(historyQuery(v.id));
	const asks = useMay("insights.ask");
	const sends = useMay("insights.send");
	const outgoing = useQuery({ ...outgoingQuery(v.id), enabled: asks && sends });
	const insight = b.insight;
	if (b.error && !insight) return <FailureNote error={b.error} title={say(m.failed)} onRetry={b.start} />;
	if (!insight) return <Skeleton height={240} aria-label={say(m.writing)} />;
	const evidence = evidenceOf(v, history.data, say, asks);
	const first = outgoing.data?.engines[0];
	return (
		<Stack gap="md">
			<Figures findings={insight.findings} />
			<Card withBorder component="section" aria-label={say(m.briefing)}>
				<Group justify="space-between" wrap="nowrap" align="flex-start" mih={30}>
					<Title order={2} size="h5">
						{say(m.briefing)}
					</Title>
					{b.busy ? (
						<Button
							size="compact-sm"
							variant="default"
							leftSection={<IconPlayerStop size={14} aria-hidden />}
							onClick={b.stop}
						>
							{say(m.stop)}
						</Button>
					) : (
						<Tooltip label={say(m.writeAgain)}>
							<ActionIcon variant="subtle" onClick={b.start} aria-label={say(m.writeAgainLong)}>
								<IconRefresh size={18} aria-hidden />
							</ActionIcon>
						</Tooltip>
					)}
				</Group>
				<BriefingText insight={insight} evidence={evidence} />
				<Text size="xs" c="dimmed" mt="sm" role="status" aria-live="polite">
					{b.busy
						? say(m.choosing, { done: b.sentences.length, all: insight.sentences.length })
						: b.note
							? say(m.staysPlain, { label: insight.label, why: b.note })
							: insight.label}
				</Text>
			</Card>
			{outgoing.data && first?.away && insight.way !== "write" && !b.busy && !b.sent && (
				<Leaving of={outgoing.data} what="briefing" onSend={b.send} />
			)}
			{b.error && <FailureNote error={b.error} title={say(m.again)} onRetry={b.start} />}
			<NotesSummary key={v.id} vehicle={v} history={history.data} evidence={evidence} />
			<section aria-label={say(m.all)}>
				<Title order={2} size="h5" mb="xs">
					{say(m.allN, { n: insight.findings.length })}
				</Title>
				<Findings findings={insight.findings} evidence={evidence} />
			</section>
			<Text size="xs" c="dimmed">
				{say(m.release, { release: insight.release.replace("_", "-"), day: say.day(insight.clock) })}
			</Text>
		</Stack>
	);
}

/** Names records as people would: by what they are and their day. */
function evidenceOf(v: Vehicle, h: History | undefined, say: Say, asks: boolean): Evidence {
	const names = new Map<string, string>();
	for (const { record: r } of h?.readings ?? [])
		names.set(r.id, say(records.evidenceReading, { day: say.day(r.date) }));
	for (const { record: r } of h?.services ?? [])
		names.set(r.id, say(records.evidenceService, { day: say.day(r.date) }));
	for (const { record: r } of h?.fuel ?? [])
		names.set(r.id, say(records.evidenceFuel, { day: say.day(r.date) }));
	const evidence: Evidence = { vehicle: v.id, name: (r) => names.get(r.key) };
	return !asks ? evidence : { ...evidence, explain: (f) => <Explanation finding={f} evidence={evidence} /> };
}
