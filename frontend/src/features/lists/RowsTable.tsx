import { Badge, Text } from "@mantine/core";
import { IconAlertOctagon, IconAlertTriangle, IconCheck, IconHelpCircle } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { useShortcuts } from "../../hooks/useShortcuts";
import { useSay } from "../../lib/say";
import { type Finding, type Intake, type Look, pageRows, type Row, rowsQuery, type Status } from "./api";
import classes from "./lists.module.css";
import { m } from "./messages";
import { RowDetail } from "./RowDetail";
import { rowKey, severityNames, statusNames, targetNames, titleOf, verdictNames } from "./words";

/** The rows that are looked for; only those in view are in the page and asked of the hub. */
export function RowsTable(props: {
	of: Intake;
	look: Look;
	matches: number;
	row: string | undefined;
	onRow: (to: string | undefined) => void;
}) {
	const say = useSay();
	const { of: i, look, matches, row: opened, onRow } = props;
	const box = useRef<HTMLDivElement>(null);
	const [at, setAt] = useState(-1);
	const virtual = useWindowVirtualizer({
		count: matches,
		estimateSize: () => 64,
		overscan: 10,
		scrollMargin: box.current?.offsetTop ?? 0,
	});
	const shown = virtual.getVirtualItems();
	const first = Math.floor((shown[0]?.index ?? 0) / pageRows);
	const last = Math.floor((shown.at(-1)?.index ?? 0) / pageRows);
	const pages = Array.from({ length: last - first + 1 }, (_, n) => first + n);
	const queries = useQueries({ queries: pages.map((p) => rowsQuery(i.id, look, p)) });
	const rowAt = (index: number): Row | undefined => {
		const page = Math.floor(index / pageRows);
		const q = queries[page - first];
		// What the last look brought stands in for a page that is on its way, but only the same page.
		return q?.isPlaceholderData ? undefined : q?.data?.items[index % pageRows];
	};
	const moved = useRef(false);
	useEffect(() => {
		if (!moved.current) return;
		const button = box.current?.querySelector<HTMLElement>(`[data-index="${at}"] button`);
		if (!button) return;
		button.focus({ preventScroll: true });
		moved.current = false;
	});
	const go = (index: number) => {
		moved.current = true;
		const to = Math.max(0, Math.min(matches - 1, index));
		setAt(to);
		virtual.scrollToIndex(to, { align: "auto" });
		return to;
	};
	useShortcuts({ next: () => void go(at + 1), previous: () => void go(at - 1) });
	const step = (by: number) => {
		// A row that was put right may have left the look: the one after it stands in its place.
		const here = rowAt(at);
		const left = here !== undefined && rowKey(here) !== opened;
		const to = go(left && by > 0 ? at : at + by);
		const r = rowAt(to);
		if (r) onRow(rowKey(r));
	};
	return (
		<>
			{/* A grid of buttons rather than a <table>: rows are virtual, and the roles below say the same. */}
			{/* biome-ignore-start lint/a11y/useSemanticElements: see above */}
			<div role="table" aria-label={say(m.stepCheck)} aria-rowcount={matches + 1} className={classes.table}>
				<div role="rowgroup">
					<div role="row" className={`${classes.row} ${classes.head}`} aria-rowindex={1} tabIndex={-1}>
						{[m.rowHead, m.colVehicle, m.colFindings, m.colPrice, m.colVerdict].map((h) => (
							<span key={h.id} role="columnheader" tabIndex={-1}>
								{say(h)}
							</span>
						))}
					</div>
				</div>
				<div role="rowgroup" ref={box} className={classes.body} style={{ height: virtual.getTotalSize() }}>
					{shown.map((v) => {
						const r = rowAt(v.index);
						return (
							<div
								key={v.key}
								ref={virtual.measureElement}
								data-index={v.index}
								role="row"
								tabIndex={-1}
								aria-rowindex={v.index + 2}
								className={classes.row}
								data-at={v.index === at || (r && rowKey(r) === opened) || undefined}
								style={{ transform: `translateY(${v.start - virtual.options.scrollMargin}px)` }}
							>
								{r ? (
									<Cells
										of={r}
										onOpen={() => {
											setAt(v.index);
											onRow(rowKey(r));
										}}
									/>
								) : (
									<span role="cell" className={classes.waiting} />
								)}
							</div>
						);
					})}
				</div>
			</div>
			{/* biome-ignore-end lint/a11y/useSemanticElements: see above */}
			<RowDetail of={i} row={opened} onClose={() => onRow(undefined)} onStep={at < 0 ? undefined : step} />
		</>
	);
}

// biome-ignore-start lint/a11y/useSemanticElements: cells of the grid above
function Cells({ of: r, onOpen }: { of: Row; onOpen: () => void }) {
	const say = useSay();
	const grave = r.findings.filter((f) => f.severity !== "untestable");
	const changed = r.compared?.state === "price" && r.compared.before;
	return (
		<>
			<span role="cell" className={classes.rowNumber}>
				{r.lot || say.number(r.row, 0)}
			</span>
			<span role="cell">
				<button
					type="button"
					className={classes.open}
					onClick={onOpen}
					aria-label={say(m.openRow, {
						row: r.row,
						title: titleOf(say, r),
						vin: r.vin || say(m.noVIN),
					})}
				>
					{titleOf(say, r)}
				</button>
				<code className={classes.vin}>{r.vin || say(m.noVIN)}</code>
				{r.compared?.state === "new" && (
					<Badge size="xs" variant="light" tt="none" ml={6}>
						{say(m.newRow)}
					</Badge>
				)}
			</span>
			<span role="cell" className={classes.findings}>
				<StatusBadge of={r.status as Status} />
				{grave.slice(0, 3).map((f) => (
					<FindingLine key={f.field} of={f} />
				))}
				{(grave.length === 0 || r.status === "duplicate") && r.message && (
					<Text span size="xs" c="dimmed" lineClamp={2}>
						{r.message}
					</Text>
				)}
			</span>
			<span role="cell" className={classes.number}>
				{r.asking ? say.money(r.asking) : ""}
				{changed && (
					<Text size="xs" c="dimmed">
						{say(m.wasPrice, { price: say.money(changed) })}
					</Text>
				)}
			</span>
			<span role="cell">
				<VerdictBadge of={r.verdict.verdict} />
			</span>
		</>
	);
}
// biome-ignore-end lint/a11y/useSemanticElements: see above

/** A claim beside what the VIN says, with how grave it is in a glyph and a word. */
export function FindingLine({ of: f }: { of: Finding }) {
	const say = useSay();
	const Icon =
		f.severity === "hard" ? IconAlertOctagon : f.severity === "soft" ? IconAlertTriangle : IconHelpCircle;
	return (
		<span className={classes.finding} data-severity={f.severity}>
			<Icon size={14} aria-label={say(severityNames[f.severity as keyof typeof severityNames])} />
			<span>
				{say(targetNames[f.field] ?? m.field)}: <s>{f.claimed}</s> {f.decoded && <b>{f.decoded}</b>}
			</span>
		</span>
	);
}

const statusColours: Record<Status, string> = {
	ready: "green",
	mismatch: "red",
	fixable: "orange",
	duplicate: "gray",
	existing: "petrol",
	short: "gray",
	invalid: "red",
};

export function StatusBadge({ of }: { of: Status }) {
	const say = useSay();
	return (
		<Badge
			variant="light"
			color={statusColours[of]}
			tt="none"
			size="sm"
			leftSection={of === "ready" ? <IconCheck size={11} aria-hidden /> : undefined}
		>
			{say(statusNames[of])}
		</Badge>
	);
}

const verdictColours = { buy: "green", look: "orange", pass: "gray" } as const;

export function VerdictBadge({ of }: { of: "buy" | "look" | "pass" }) {
	const say = useSay();
	if (!verdictNames[of]) return null;
	return (
		<Badge variant="light" color={verdictColours[of]} tt="none" size="sm">
			{say(verdictNames[of])}
		</Badge>
	);
}
