import { Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import type { Evidence } from "../../components/Findings";
import type { Schemas } from "../../lib/api";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type History, summarise, type Vehicle } from "./api";
import classes from "./Insights.module.css";
import { Leaving } from "./Leaving";
import { insights as m, records } from "./messages";

/** Quotes what matters of the notes, each quote the way to its record; from two notes on. */
export function NotesSummary(props: { vehicle: Vehicle; history?: History; evidence: Evidence }) {
	const say = useSay();
	const { vehicle: v, history: h } = props;
	// What was said once stays until a person asks again: nothing that is read anew by itself may leave.
	const [got, setGot] = useState<Schemas["Summary"]>();
	const q = useMutation({ mutationFn: (away: boolean) => summarise(v.id, away), onSuccess: setGot });
	const ofRecords = [...(h?.readings ?? []), ...(h?.services ?? []), ...(h?.fuel ?? [])];
	const n = v.notes.length + ofRecords.filter(({ record }) => record.note).length;
	const may = useMay("insights.ask");
	const sends = useMay("insights.send");
	if (n < 2 || !may) return null;
	return (
		<Card withBorder component="section" aria-label={say(m.notes)}>
			<Group justify="space-between" align="flex-start" gap="sm">
				<div>
					<Title order={2} size="h5">
						{say(m.notes)}
					</Title>
					<Text size="sm" c="dimmed">
						{say(m.notesAbout, { n })}
					</Text>
				</div>
				<Button variant="default" size="compact-md" loading={q.isPending} onClick={() => q.mutate(false)}>
					{say(got ? m.summariseAgain : m.summarise)}
				</Button>
			</Group>
			{q.error && <FailureNote error={q.error} title={say(m.notSummarised)} />}
			{!got && q.isPending && <Skeleton mt="sm" height={120} aria-label={say(m.summarising)} />}
			{got && (
				<Stack gap="xs" mt="sm">
					{got.quotes.length === 0 && <Text size="sm">{say(m.noQuotes)}</Text>}
					<ul className={classes.quotes}>
						{got.quotes.map((x) => (
							<li key={`${x.record.key}${x.from}`}>
								<Quoted of={x} vehicle={v} evidence={props.evidence} />
							</li>
						))}
					</ul>
					<Text size="xs" c="dimmed">
						{got.label}
					</Text>
					{got.outgoing && sends && !q.isPending && (
						<Leaving of={got.outgoing} what="notes" onSend={() => q.mutate(true)} />
					)}
				</Stack>
			)}
		</Card>
	);
}

function Quoted(props: { of: Schemas["Quote"]; vehicle: Vehicle; evidence: Evidence }) {
	const say = useSay();
	const { of: x, vehicle: v } = props;
	// A note of the vehicle's own is a part of it, and has its place on the timeline all the same.
	const note = v.notes.find((n) => n.text.includes(x.text));
	const record = x.record.collection === "vehicles" ? note?.id : x.record.key;
	const name = props.evidence.name(x.record) ?? say(records.calledNote, { day: say.day(x.date) });
	return (
		<Link
			to="/vehicles/$id"
			params={{ id: v.id }}
			search={{ tab: "timeline", record }}
			resetScroll={false}
			className={classes.quote}
		>
			<q>{x.text}</q>
			<span className={classes.source}>{name}</span>
		</Link>
	);
}
