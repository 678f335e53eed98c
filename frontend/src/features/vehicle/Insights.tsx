import { ActionIcon, Badge, Button, Card, Group, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { day } from "../../lib/format";
import type { Vehicle } from "./api";
import { type Briefing, brief, type Finding, type Sentence } from "./brief";
import classes from "./Insights.module.css";

/** The briefing: each sentence opens the findings that it rests on, each finding its records. */
export function Insights({ vehicle: v }: { vehicle: Vehicle }) {
	const [state, setState] = useState<Briefing>({ sentences: [] });
	const [error, setError] = useState<Error>();
	const [open, setOpen] = useState<number>();
	const [busy, setBusy] = useState(false);
	const running = useRef<AbortController>(undefined);

	const start = useCallback(() => {
		running.current?.abort();
		const control = new AbortController();
		running.current = control;
		setState({ sentences: [] });
		setError(undefined);
		setOpen(undefined);
		setBusy(true);
		brief(v.id, control.signal, setState)
			.catch((e: unknown) => {
				if (!control.signal.aborted) setError(e instanceof Error ? e : new Error(String(e)));
			})
			.finally(() => {
				if (running.current === control) setBusy(false);
			});
	}, [v.id]);
	useEffect(() => {
		start();
		return () => running.current?.abort();
	}, [start]);

	const stop = () => {
		running.current?.abort();
		setBusy(false);
		setState((s) => ({ ...s, sentences: [] }));
	};

	if (error) return <FailureNote error={error} title="The briefing could not be written" />;
	const insight = state.insight;
	if (!insight) return <Skeleton height={240} aria-label="Writing the briefing" />;
	const findings = new Map(insight.findings.map((f) => [f.id, f]));
	const cited = open === undefined ? [] : (insight.sentences[open]?.findings ?? []);
	return (
		<Stack gap="md">
			<Card withBorder component="section" aria-label="Briefing">
				<Group justify="space-between" wrap="nowrap" align="flex-start">
					<Title order={2} size="h5">
						Briefing
					</Title>
					{busy && !insight.final ? (
						<Button
							size="compact-sm"
							variant="default"
							leftSection={<IconPlayerStop size={14} aria-hidden />}
							onClick={stop}
						>
							Stop
						</Button>
					) : (
						<Tooltip label="Write it again">
							<ActionIcon variant="subtle" onClick={start} aria-label="Write the briefing again">
								<IconRefresh size={18} aria-hidden />
							</ActionIcon>
						</Tooltip>
					)}
				</Group>
				<p className={classes.text} data-testid="briefing">
					{insight.sentences.map((s, i) => (
						<SentenceButton
							key={s.text}
							sentence={s}
							findings={findings}
							on={open === i}
							onClick={() => setOpen(open === i ? undefined : i)}
						/>
					))}
				</p>
				<Text size="xs" c="dimmed" mt="xs" role="status" aria-live="polite">
					{busy && !insight.final
						? `Plain wording. The local model is choosing words: ${state.sentences.length} of about ${insight.sentences.length} sentences…`
						: insight.label}
				</Text>
				{state.note && !busy && (
					<Text size="xs" c="dimmed">
						The wording stays plain: {state.note}
					</Text>
				)}
			</Card>
			{open !== undefined && (
				<section aria-label="Evidence of the sentence">
					<Title order={3} size="h6" mb="xs">
						This sentence rests on
					</Title>
					<FindingList findings={cited.flatMap((id) => findings.get(id) ?? [])} v={v} />
				</section>
			)}
			<section aria-label="All findings">
				<Title order={3} size="h6" mb="xs">
					All findings ({insight.findings.length})
				</Title>
				<FindingList findings={insight.findings} v={v} />
			</section>
			<Text size="xs" c="dimmed">
				NHTSA vPIC {insight.release.replace("_", "-")}, {day(insight.clock)}. Not a title or accident history.
			</Text>
		</Stack>
	);
}

function SentenceButton(props: {
	sentence: Sentence;
	findings: Map<string, Finding>;
	on: boolean;
	onClick: () => void;
}) {
	const { sentence } = props;
	const severe = sentence.findings.map((id) => props.findings.get(id)?.severity);
	const severity = severe.includes("critical")
		? "critical"
		: severe.includes("warning")
			? "warning"
			: undefined;
	if (sentence.findings.length === 0) return <span>{sentence.text} </span>;
	return (
		<>
			<button
				type="button"
				className={classes.sentence}
				data-severity={severity}
				aria-expanded={props.on}
				onClick={props.onClick}
			>
				{sentence.text}
			</button>{" "}
		</>
	);
}

const severityColors: Record<string, string> = { critical: "red", warning: "orange", info: "gray" };

function FindingList({ findings, v }: { findings: Finding[]; v: Vehicle }) {
	return (
		<ul className={classes.findings}>
			{findings.map((f) => (
				<li key={f.id}>
					<Group gap="xs" wrap="nowrap" align="flex-start">
						<Badge size="sm" variant="light" color={severityColors[f.severity]} tt="none" miw={64}>
							{f.severity}
						</Badge>
						<div>
							<Text size="sm">
								<b>{f.subject}</b>: {measured(f.value, f.unit)}
								{f.reference && ` against ${measured(f.reference, f.unit)}`}
								{f.n > 1 && ` (n = ${f.n})`}
							</Text>
							<Text size="xs" c="dimmed">
								{f.method}
								{f.dates.length > 0 && ` · ${f.dates.map(day).join(", ")}`} · <Records finding={f} v={v} />
							</Text>
						</div>
					</Group>
				</li>
			))}
		</ul>
	);
}

function measured(value: string, unit: string): string {
	const number = Number(value);
	const shown = unit && Number.isFinite(number) ? new Intl.NumberFormat("en-US").format(number) : value;
	return [shown, unit].filter(Boolean).join(" ");
}

const collectionNames: Record<string, string> = {
	vehicles: "the vehicle",
	odometer_readings: "reading",
	service_records: "service",
	fuel_records: "filling",
};

function Records({ finding, v }: { finding: Finding; v: Vehicle }) {
	const few = finding.records.slice(0, 5);
	const more = finding.records.length - few.length;
	return (
		<>
			{few.map((r, i) => (
				<span key={r.key}>
					{i > 0 && ", "}
					{r.collection === "vehicles" ? (
						<Link
							to="/vehicles/$id"
							params={{ id: r.key }}
							search={{ tab: r.key === v.id ? "specs" : "overview" }}
							className={classes.record}
						>
							{r.key === v.id ? "the VIN" : "a sibling"}
						</Link>
					) : (
						<Link
							to="/vehicles/$id"
							params={{ id: v.id }}
							search={{ tab: "timeline", record: r.key }}
							className={classes.record}
						>
							{collectionNames[r.collection] ?? r.collection} {few.length > 1 ? i + 1 : ""}
						</Link>
					)}
				</span>
			))}
			{more > 0 && ` and ${more} more records`}
		</>
	);
}
