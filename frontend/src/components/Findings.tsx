import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode, useId, useState } from "react";
import type { Finding } from "../lib/brief";
import { figures, said } from "../lib/findings";
import { type Say, useSay } from "../lib/say";
import classes from "./Findings.module.css";
import { m } from "./messages";
import { Severity } from "./Severity";

export type Record = Finding["records"][number];

/** The vehicle that findings are about, and the names of its records. */
export interface Evidence {
	vehicle: string;
	/** "service of Jun 7, 2025"; undefined for a record that is not this vehicle's. */
	name: (record: Record) => string | undefined;
	/** How a finding came about, shown in place when somebody asks. */
	explain?: (finding: Finding) => ReactNode;
}

/** The numbers of a briefing, the gravest first; they stand above the text. */
export function Figures({ findings }: { findings: Finding[] }) {
	const say = useSay();
	const shown = figures(findings, say);
	if (shown.length === 0) return null;
	return (
		<dl className={classes.figures}>
			{shown.map((f) => {
				const s = said(f, say);
				return (
					<div key={f.id} className={classes.figure} data-severity={f.severity}>
						<dt>
							{s.about}
							{s.words ? `, ${s.words}` : ""}
							{s.against ? ` (${s.against})` : ""}
						</dt>
						<dd className={classes.number}>
							{s.figure?.replace(/ .*/, "")}{" "}
							<span className={classes.unit}>{s.figure?.replace(/^\S+ /, "")}</span>
						</dd>
					</div>
				);
			})}
		</dl>
	);
}

/** Findings with how each was found and the records that it rests on. */
export function Findings({ findings, evidence }: { findings: Finding[]; evidence?: Evidence }) {
	return (
		<ul className={classes.list}>
			{findings.map((f) => (
				<Row key={f.id} of={f} evidence={evidence} />
			))}
		</ul>
	);
}

function Row({ of: f, evidence }: { of: Finding; evidence?: Evidence }) {
	const say = useSay();
	const [open, setOpen] = useState(false);
	const panel = useId();
	const s = said(f, say);
	return (
		<li className={classes.row} data-severity={f.severity}>
			<span>
				<Severity of={f.severity} />
			</span>
			<div className={classes.words}>
				<Text size="sm">
					<b>{s.about}</b>: {[s.figure, s.words].filter(Boolean).join(" ")}
					{s.against && ` (${s.against})`}
				</Text>
				<Text size="xs" c="dimmed">
					{f.method}
					{f.dates.length > 0 && ` · ${dates(f.dates, say)}`}
					{evidence && f.records.length > 0 && (
						<>
							{" · "}
							<Records finding={f} evidence={evidence} />
						</>
					)}
					{evidence?.explain && (
						<>
							{" · "}
							<button
								type="button"
								className="link"
								aria-expanded={open}
								aria-controls={open ? panel : undefined}
								aria-label={say(open ? m.hideExplanation : m.explainWhat, { what: s.about })}
								onClick={() => setOpen(!open)}
							>
								{say(open ? m.hide : m.explain)}
							</button>
						</>
					)}
				</Text>
				{open && (
					<section
						id={panel}
						className={classes.explanation}
						aria-label={say(m.explanationOf, { what: s.about })}
					>
						{evidence?.explain?.(f)}
					</section>
				)}
			</div>
		</li>
	);
}

function dates(all: string[], say: Say): string {
	const [from, to] = all.map(say.day);
	return to === undefined ? (from ?? "") : say(m.fromTo, { from, to });
}

const few = 4;

function Records({ finding, evidence }: { finding: Finding; evidence: Evidence }) {
	const say = useSay();
	const [all, setAll] = useState(false);
	const shown = all ? finding.records : finding.records.slice(0, few);
	const more = finding.records.length - shown.length;
	return (
		<>
			{shown.map((r, i) => (
				<Fragment key={r.key}>
					{i > 0 && ", "}
					<RecordLink record={r} kind={finding.kind} evidence={evidence} />
				</Fragment>
			))}
			{more > 0 && (
				<>
					{" "}
					<button type="button" className="link" onClick={() => setAll(true)}>
						{say(m.more, { n: more })}
					</button>
				</>
			)}
		</>
	);
}

const ofTheVIN = ["identity", "spec", "check-digit", "vin-error", "vin-clean"];

/** A record's name as the way to it. */
export function RecordLink(props: {
	record: Record;
	kind: string;
	evidence: Evidence;
	/** What stands in the link, in place of the record's name. */
	children?: ReactNode;
}) {
	const { record: r, kind, evidence } = props;
	const say = useSay();
	const own = evidence.vehicle;
	const to = "/vehicles/$id" as const;
	if (r.collection !== "vehicles") {
		return (
			<Link
				to={to}
				params={{ id: own }}
				search={{ tab: "timeline", record: r.key }}
				resetScroll={false}
				className={classes.record}
			>
				{props.children ?? evidence.name(r) ?? say(m.record)}
			</Link>
		);
	}
	if (r.key !== own) {
		return (
			<Link to={to} params={{ id: r.key }} className={classes.record}>
				{props.children ?? evidence.name(r) ?? say(m.similar)}
			</Link>
		);
	}
	return ofTheVIN.includes(kind) ? (
		<Link to={to} params={{ id: own }} search={{ tab: "specs" }} className={classes.record}>
			{props.children ?? say(m.theVIN)}
		</Link>
	) : (
		<Link to={to} params={{ id: own }} className={classes.record}>
			{props.children ?? say(kind === "claim" ? m.whatWasClaimed : m.theVehicle)}
		</Link>
	);
}
