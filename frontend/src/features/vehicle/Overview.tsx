import { Badge, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { FailureNote } from "../../components/FailureNote";
import { Origin } from "../../components/Origin";
import { Severity } from "../../components/Severity";
import type { Finding } from "../../lib/brief";
import { said } from "../../lib/findings";
import { metaQuery, type Preferences, usePreferences } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type Due, findingsQuery, type History, historyQuery, type Vehicle } from "./api";
import { Claims } from "./Claims";
import { EventIcon } from "./EventIcon";
import { eventsOf } from "./events";
import { Intervals } from "./Intervals";
import { Life, OtherLives } from "./Life";
import { overview as m } from "./messages";
import { Notes } from "./Notes";
import classes from "./Overview.module.css";
import { PublicData } from "./PublicData";

/** What to know at a glance: what to verify, what is due, what it costs, what happened last. */
export function Overview({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const p = usePreferences();
	const costs = useMay("costs.read");
	const q = useQuery(historyQuery(v.id));
	const found = useQuery(findingsQuery(v.id));
	if (q.error)
		return <FailureNote error={q.error} title={say(m.recordsFailed)} onRetry={() => q.refetch()} />;
	if (!q.data || found.isPending) return <Skeleton height={300} aria-label={say(m.loading)} />;
	const findings = found.data ?? [];
	return (
		<div className={classes.columns}>
			<Stack gap="md">
				<ToVerify findings={findings} id={v.id} />
				<OtherLives vehicle={v} />
				<NextDue vehicle={v} due={q.data.due} p={p} />
				<Notes vehicle={v} />
			</Stack>
			<Stack gap="md">
				{costs && <Running h={q.data} findings={findings} p={p} />}
				<Life vehicle={v} />
				<Claims vehicle={v} findings={findings} />
				<Latest vehicle={v} h={q.data} />
				<PublicData vehicle={v} />
			</Stack>
		</div>
	);
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
	return (
		<Card withBorder component="section" aria-label={title}>
			<Title order={2} size="h5" mb="xs">
				{title}
			</Title>
			{children}
		</Card>
	);
}

/** The critical findings and the warnings, other than what stands in its own panel. */
function ToVerify({ findings, id }: { findings: Finding[]; id: string }) {
	const say = useSay();
	const grave = findings.filter(
		(f) => (f.severity === "critical" || f.severity === "warning") && f.kind !== "service",
	);
	if (grave.length === 0) return null;
	return (
		<Panel title={say(m.verify)}>
			<Stack gap={8}>
				{grave.map((f) => {
					const s = said(f, say);
					return (
						<Group key={f.id} gap="xs" wrap="nowrap" align="flex-start">
							<span className={classes.severity}>
								<Severity of={f.severity} />
							</span>
							<Text size="sm">
								<b>{s.about}</b>: {[s.figure, s.words].filter(Boolean).join(" ")}
								{s.against && ` (${s.against})`}
							</Text>
						</Group>
					);
				})}
				<Text size="sm">
					<Link to="/vehicles/$id" params={{ id }} search={{ tab: "insights" }} className="link">
						{say(m.see)}
					</Link>
				</Text>
			</Stack>
		</Panel>
	);
}

function NextDue({ vehicle, due, p }: { vehicle: Vehicle; due: Due[]; p: Preferences }) {
	const say = useSay();
	const known = due.filter((d) => !d.nothingOnFile);
	const missing = due.filter((d) => d.nothingOnFile);
	const overdue = known.filter((d) => d.overdue).length;
	const shown = known.slice(0, Math.max(3, Math.min(overdue, 5)));
	return (
		<Panel title={say(m.next)}>
			<Stack gap="xs">
				{known.length === 0 && (
					<Text size="sm" c="dimmed">
						{say(m.noService)}
					</Text>
				)}
				{shown.map((d) => (
					<div key={d.kind} className={classes.due}>
						<div className={classes.what}>
							<Text size="sm" fw={550} className={classes.capital}>
								{d.name}
							</Text>
							<Text size="xs" c="dimmed">
								{say.rich(d.lastOdometer ? m.lastAt : m.last, {
									day: say.day(d.last ?? ""),
									distance: d.lastOdometer && say.distance(d.lastOdometer.meters),
									interval: <Every d={d} p={p} />,
								})}
							</Text>
						</div>
						<Badge
							color={d.overdue ? "red" : "gray"}
							variant="light"
							tt="none"
							size="md"
							className={classes.left}
							leftSection={d.overdue ? <IconAlertTriangle size={12} aria-hidden /> : undefined}
						>
							{left(d, say)}
						</Badge>
					</div>
				))}
				{known.length > 0 && missing.length > 0 && (
					<Text size="xs" c="dimmed">
						{say(m.nothingFor, { what: say.list(missing.map((d) => d.name)) })}
					</Text>
				)}
				<Group justify="flex-end" className="no-print">
					<Intervals vehicle={vehicle} due={due} />
				</Group>
			</Stack>
		</Panel>
	);
}

/** The interval, round in the reader's unit; its own kilometres on hover. */
function Every({ d, p }: { d: Due; p: Preferences }) {
	const say = useSay();
	const { km, months } = d.interval;
	const far = <span title={p.distance === "km" ? undefined : say.kilometres(km)}>{say.interval(km)}</span>;
	if (km > 0 && months > 0) return say.rich(m.or, { a: far, b: say.months(months) });
	return km > 0 ? far : say.months(months);
}

function left(d: Due, say: Say): string {
	if (d.metersLeft !== undefined && d.metersLeft < 0)
		return say(m.overdueBy, { distance: say.distance(-d.metersLeft) });
	if (d.daysLeft !== undefined && d.daysLeft < 0) return say(m.overdueSince, { day: say.day(d.on ?? "") });
	const far = d.metersLeft !== undefined && say(m.in, { distance: say.distance(d.metersLeft) });
	const soon = d.daysLeft !== undefined && say.fromNow(d.daysLeft);
	return far && soon ? say(m.or, { a: far, b: soon }) : far || soon || "";
}

function Running({ h, findings, p }: { h: History; findings: Finding[]; p: Preferences }) {
	const say = useSay();
	const c = h.cost;
	const compared = findings.find((f) => f.kind === "cost");
	const yearly = findings.find((f) => f.kind === "per-year");
	const cost = compared && said(compared, say);
	const year = yearly && said(yearly, say);
	return (
		<Panel title={say(m.running)}>
			<Stack gap="sm">
				{c && cost ? (
					<div>
						<Text size="xl" fw={650} lh={1.3}>
							{say.money({
								minor: Math.round((c.minorPer1000Km * (p.distance === "mi" ? 1.609344 : 1)) / 1000),
								currency: c.currency,
							})}{" "}
							<Text span size="sm" c="dimmed" fw={400}>
								{say(p.distance === "mi" ? m.perMile : m.perKilometre)}
							</Text>{" "}
							<Origin kind="measured" />
						</Text>
						<Text size="sm" c="dimmed">
							{say(m.costOver, {
								money: say.money({ minor: c.minor, currency: c.currency }),
								distance: say.distance(c.spanMeters),
								services: c.services,
								fuel: c.fuel,
							})}
							{cost.against ? ` ${capital(cost.against)}.` : ""}
						</Text>
					</div>
				) : (
					<Text size="sm" c="dimmed">
						{say(p.distance === "mi" ? m.noCostMile : m.noCostKilometre, {
							why: findings.find((f) => f.kind === "not-enough-data")?.value ?? say(m.takesTwo),
						})}
					</Text>
				)}
				{yearly && year?.figure && (
					<div>
						<Text size="lg" fw={650} lh={1.3}>
							{year.figure}{" "}
							<Text span size="sm" c="dimmed" fw={400}>
								{say(m.aYear)}
							</Text>{" "}
							<Origin kind="measured" detail={yearly.method} />
						</Text>
						{year.against && (
							<Text size="sm" c="dimmed">
								{year.against}.
							</Text>
						)}
					</div>
				)}
			</Stack>
		</Panel>
	);
}

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

function Latest({ vehicle: v, h }: { vehicle: Vehicle; h: History }) {
	const say = useSay();
	const meta = useQuery(metaQuery);
	const events = eventsOf(v, h, say, meta.data?.serviceKinds).filter((e) => e.kind !== "note");
	return (
		<Panel title={say(m.lastRecords)}>
			{events.length === 0 ? (
				<Text size="sm" c="dimmed">
					{say(m.nothing)}
				</Text>
			) : (
				<Stack gap={6}>
					{events.slice(0, 5).map((e) => (
						<Link
							key={e.id}
							to="/vehicles/$id"
							params={{ id: v.id }}
							search={{ tab: "timeline", record: e.id }}
							resetScroll={false}
							className={classes.event}
						>
							<EventIcon kind={e.kind} />
							<span className={classes.date}>{say.day(e.date)}</span>
							<span className={classes.title} title={e.original}>
								{e.title}
							</span>
						</Link>
					))}
					{events.length > 5 && (
						<Text size="sm" mt={4}>
							<Link to="/vehicles/$id" params={{ id: v.id }} search={{ tab: "timeline" }} className="link">
								{say(m.allRecords, { n: events.length })}
							</Link>
						</Text>
					)}
				</Stack>
			)}
		</Panel>
	);
}
