import { Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import type { Evidence } from "../../components/Findings";
import type { Schemas } from "../../lib/api";
import { useSay } from "../../lib/say";
import { type History, summaryQuery, type Vehicle } from "./api";
import classes from "./Insights.module.css";
import { Leaving } from "./Leaving";
import { insights as m, records } from "./messages";

/** Quotes what matters of the notes, each quote the way to its record; from two notes on. */
export function NotesSummary(props: { vehicle: Vehicle; history?: History; evidence: Evidence }) {
	const say = useSay();
	const { vehicle: v, history: h } = props;
	const [asked, setAsked] = useState(false);
	const [away, setAway] = useState(false);
	const q = useQuery({ ...summaryQuery(v.id, away), enabled: asked });
	const ofRecords = [...(h?.readings ?? []), ...(h?.services ?? []), ...(h?.fuel ?? [])];
	const n = v.notes.length + ofRecords.filter(({ record }) => record.note).length;
	if (n < 2) return null;
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
				<Button
					variant="default"
					size="compact-md"
					loading={q.isFetching}
					onClick={() => (asked ? void q.refetch() : setAsked(true))}
				>
					{say(asked ? m.summariseAgain : m.summarise)}
				</Button>
			</Group>
			{q.error && <FailureNote error={q.error} title={say(m.notSummarised)} />}
			{asked && q.isPending && <Skeleton mt="sm" height={120} aria-label={say(m.summarising)} />}
			{q.data && (
				<Stack gap="xs" mt="sm">
					{q.data.quotes.length === 0 && <Text size="sm">{say(m.noQuotes)}</Text>}
					<ul className={classes.quotes}>
						{q.data.quotes.map((x) => (
							<li key={`${x.record.key}${x.from}`}>
								<Quoted of={x} vehicle={v} evidence={props.evidence} />
							</li>
						))}
					</ul>
					<Text size="xs" c="dimmed">
						{q.data.label}
					</Text>
					{q.data.outgoing && <Leaving of={q.data.outgoing} what="notes" onSend={() => setAway(true)} />}
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
