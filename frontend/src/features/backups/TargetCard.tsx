import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { bytes } from "../../lib/bytes";
import { jobQuery } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { Ask } from "./Ask";
import { type Alert, type Backup, backupsQuery, type Work, work } from "./api";
import classes from "./backups.module.css";
import { type Asked, CardMenu } from "./CardMenu";
import { JobLine } from "./JobLine";
import { m } from "./messages";
import { asks, keepText, lagWords, light, statusLine, told, took, when } from "./words";

/** One place of backups: how it stands, what needs attention, what can be done. */
export function TargetCard({ of: b, owns }: { of: Backup; owns: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	const [job, setJob] = useState<string>();
	const [asked, ask] = useState<Asked>();
	const start = useMutation({
		mutationFn: (what: Work) => work[what](b.id),
		onSuccess: (j) => {
			client.setQueryData(jobQuery(j.id).queryKey, j);
			setJob(j.id);
		},
		onSettled: () => client.invalidateQueries({ queryKey: backupsQuery.queryKey }),
	});
	const waits = asks(b);
	const ready = b.setUp && !b.paused && !waits;
	const lag = lagWords(b, say);
	const button = (what: Work, label: string, of: string, primary = false) => (
		<Button
			size="compact-sm"
			variant={primary ? "filled" : "default"}
			loading={start.isPending && start.variables === what}
			onClick={() => start.mutate(what)}
			aria-label={of}
		>
			{label}
		</Button>
	);
	return (
		<Card withBorder component="section" aria-label={b.name} padding="md">
			<Stack gap="sm">
				<div className={classes.head}>
					<div className={classes.title}>
						<Title order={2} size="h4">
							{b.name}
						</Title>
						<Text size="sm" c="dimmed">
							{[say(b.kind === "s3" ? m.kindS3 : m.kindFolder), b.where].join(" · ")}
						</Text>
					</div>
					<Lamp of={b} />
				</div>
				<div>
					<p className={classes.line} style={{ margin: 0 }} data-testid="line">
						{statusLine(b, say)}
					</p>
					{lag && (
						<Text size="sm" c="dimmed" data-testid="lag">
							{lag}
						</Text>
					)}
				</div>
				{waits ? <Ask of={b} owns={owns} /> : <Alerts of={b} />}
				{b.setUp && <Facts of={b} />}
				{job && <JobLine key={job} id={job} onHide={() => setJob(undefined)} />}
				{start.error && <FailureNote error={start.error} title={say(m.notStarted)} />}
				<Group gap="xs">
					{!b.setUp && owns && (
						<Button
							size="compact-sm"
							onClick={() => ask("setup")}
							aria-label={say(m.setUpOf, { name: b.name })}
						>
							{say(m.setUp)}
						</Button>
					)}
					{b.ask.length > 0 && owns && (
						<Button
							size="compact-sm"
							variant="default"
							onClick={() => ask("words")}
							aria-label={say(m.confirmOf, { name: b.name })}
						>
							{say(m.confirmWords)}
						</Button>
					)}
					{ready && (
						<>
							{button("now", say(m.now), say(m.nowOf, { name: b.name }), true)}
							{button("test", say(m.test), say(m.testOf, { name: b.name }))}
						</>
					)}
					{b.setUp && button("verify", say(m.verify), say(m.verifyOf, { name: b.name }))}
					<CardMenu
						of={b}
						owns={owns}
						ready={ready}
						asked={asked}
						onAsk={ask}
						onStart={start.mutate}
						onJob={setJob}
					/>
				</Group>
			</Stack>
		</Card>
	);
}

const lamps = {
	good: IconCircleCheck,
	plain: IconCircleDashed,
	warn: IconInfoCircle,
	bad: IconAlertTriangle,
} as const;

function Lamp({ of: b }: { of: Backup }) {
	const say = useSay();
	const l = light(b);
	const Icon = lamps[l.light];
	return (
		<span className={classes.light} data-light={l.light} data-testid="light">
			<Icon size={16} aria-hidden />
			{say(l.word)}
		</span>
	);
}

function Alerts({ of: b }: { of: Backup }) {
	const say = useSay();
	if (b.alerts.length === 0) return null;
	const order = [...b.alerts].sort((x, y) => Number(y.severe) - Number(x.severe));
	return (
		<ul className={classes.alerts} aria-label={say(m.alerts, { name: b.name })}>
			{order.map((a) => (
				<AlertRow key={a.code} of={a} name={b.name} />
			))}
		</ul>
	);
}

function AlertRow(props: { of: Alert; name: string }) {
	const { of: a } = props;
	const Icon = a.severe ? IconAlertTriangle : IconInfoCircle;
	return (
		<li className={classes.alert} data-severe={a.severe || undefined}>
			<Icon size={18} aria-hidden />
			<div>
				<Text size="sm" fw={600}>
					{told(a.what, props.name)}
				</Text>
				<Text size="sm">{sentence(a.remedy)}</Text>
			</div>
		</li>
	);
}

function Facts({ of: b }: { of: Backup }) {
	const say = useSay();
	const facts = [
		[say(m.since), b.first ? when(b.first, say) : say(m.sinceNone)],
		...(b.objects > 0
			? [[say(m.objects), say(m.objectsSize, { n: b.objects, size: bytes(b.bytes, say) })]]
			: []),
		[say(m.checked), b.verify.well ? when(b.verify.well, say) : say(m.checkedNever)],
		[
			say(m.proof),
			b.test.why
				? say(m.proofFailed, { at: when(b.test.tried ?? "", say) })
				: b.test.well
					? say(m.proofFacts, {
							n: b.testDocuments,
							time: took(b.testTookMs, say),
							at: when(b.test.well, say),
						})
					: say(m.proofNever),
		],
		...(b.keep ? [[say(m.keeps), keepText(b.keep, say)]] : []),
	] as [string, string][];
	return (
		<dl className={classes.facts} aria-label={say(m.facts, { name: b.name })}>
			{facts.map(([k, v]) => (
				<div key={k} style={k === say(m.keeps) ? { gridColumn: "1 / -1" } : undefined}>
					<dt>{k}</dt>
					<dd>{v}</dd>
				</div>
			))}
		</dl>
	);
}
