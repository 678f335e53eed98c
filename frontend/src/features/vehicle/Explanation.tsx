import { Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alike } from "../../components/Alike";
import { FailureNote } from "../../components/FailureNote";
import { type Evidence, RecordLink } from "../../components/Findings";
import type { Schemas } from "../../lib/api";
import type { Finding } from "../../lib/brief";
import { useSay } from "../../lib/say";
import { explanationQuery } from "./api";
import classes from "./Insights.module.css";
import { insights as m } from "./messages";

/** How a finding came about: the rule, what was compared, and each record with what it says. */
export function Explanation({ finding, evidence }: { finding: Finding; evidence: Evidence }) {
	const say = useSay();
	const q = useQuery(explanationQuery(evidence.vehicle, finding.id));
	if (q.error) return <FailureNote error={q.error} title={say(m.notExplained)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={96} aria-label={say(m.explaining)} />;
	const e = q.data;
	const wording = e.wording as typeof e.wording | null;
	return (
		<div className={classes.explanation}>
			<Text size="sm">{e.statement}</Text>
			<dl className={classes.how}>
				<dt>{say(m.howFound)}</dt>
				<dd>{e.rule}</dd>
				{e.compared && (
					<>
						<dt>{say(m.compared)}</dt>
						<dd>{e.compared}</dd>
					</>
				)}
			</dl>
			{e.evidence.length > 0 && (
				<>
					<Title order={4} size="xs" fw={600}>
						{say(m.restsOn, { n: e.evidence.length + e.more })}
					</Title>
					<ul className={classes.exhibits}>
						{e.evidence.map((x) => (
							<li key={x.record.key}>
								<span className={classes.day}>{x.date && say.day(x.date)}</span>
								<RecordLink record={x.record} kind={finding.kind} evidence={evidence}>
									{x.text}
								</RecordLink>
							</li>
						))}
						{e.more > 0 && <li>{say(m.moreRecords, { n: e.more })}</li>}
					</ul>
				</>
			)}
			{e.related.length > 0 && <RelatedList related={e.related} />}
			{wording && (
				<>
					<Title order={4} size="xs" fw={600}>
						{say(m.inWords)}
					</Title>
					<Text size="sm">{wording.sentences.map((s) => s.text).join(" ")}</Text>
				</>
			)}
			<Text size="xs" c="dimmed">
				{wording ? wording.label : say(m.byRules)}
			</Text>
		</div>
	);
}

/** Texts about the same as the finding, each in its own words and with its vehicle. */
function RelatedList({ related }: { related: Schemas["Related"][] }) {
	const say = useSay();
	return (
		<>
			<Title order={4} size="xs" fw={600}>
				{say(m.related)}
			</Title>
			<Text size="xs" c="dimmed">
				{say(m.relatedWhy)}
			</Text>
			<ul className={classes.exhibits}>
				{related.map((r) => (
					<li key={`${r.record.key} ${r.text}`}>
						<span className={classes.day}>{r.date && say.day(r.date)}</span>
						<span>
							<Link
								to="/vehicles/$id"
								className="link"
								params={{ id: r.vehicle }}
								search={r.record.collection === "vehicles" ? {} : { tab: "timeline", record: r.record.key }}
							>
								{r.text}
							</Link>{" "}
							{!r.own && `${r.title} `}
							<Alike percent={r.alike} />
						</span>
					</li>
				))}
			</ul>
		</>
	);
}
