import { Badge, Button, CopyButton, Group, Text } from "@mantine/core";
import { IconCar } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useShortcuts } from "../../hooks/useShortcuts";
import { thumbnail } from "../../lib/attachments";
import { useSay } from "../../lib/say";
import { stageName } from "../../lib/stages";
import { tail } from "../../lib/vin";
import type { Vehicle } from "./api";
import { m } from "./messages";
import classes from "./VehicleTable.module.css";

/** The vehicles as a table of links; only the rows in view are in the page. */
export function VehicleTable(props: {
	items: Vehicle[];
	more: boolean;
	onMore: () => void;
	reason?: (id: string) => ReactNode;
}) {
	const say = useSay();
	const { items } = props;
	const navigate = useNavigate();
	const box = useRef<HTMLDivElement>(null);
	const [at, setAt] = useState(-1);
	const rows = useWindowVirtualizer({
		count: items.length,
		estimateSize: () => 62,
		overscan: 12,
		scrollMargin: box.current?.offsetTop ?? 0,
		getItemKey: (i) => items[i]?.id ?? i,
	});
	const selection = useSelection(items);
	const shown = rows.getVirtualItems();
	const last = shown.at(-1)?.index ?? 0;
	const { more, onMore } = props;
	useEffect(() => {
		if (more && last >= items.length - 10) onMore();
	}, [last, items.length, more, onMore]);

	// Where the keys are, the focus is: Enter is the link's own then, and a screen reader reads the row.
	const moved = useRef(false);
	useEffect(() => {
		if (!moved.current) return;
		const link = box.current?.querySelector<HTMLElement>(`[data-index="${at}"] a`);
		if (!link) return;
		link.focus({ preventScroll: true });
		moved.current = false;
	});
	const go = (i: number) => {
		moved.current = true;
		const to = Math.max(0, Math.min(items.length - 1, i));
		setAt(to);
		rows.scrollToIndex(to, { align: "auto" });
	};
	useShortcuts({
		next: () => go(at + 1),
		previous: () => go(at - 1),
		select: () => (items[at] ? selection.toggle(at) : false),
		open: (e) => {
			const v = items[at];
			// Enter on a link or button that has the focus is its own.
			if (!v || (e.target instanceof HTMLElement && e.target.closest("a, button"))) return false;
			void navigate({ to: "/vehicles/$id", params: { id: v.id } });
		},
	});

	const covers = items.some((v) => v.cover);
	return (
		<>
			<Selected vehicles={items.filter((v) => selection.ids.has(v.id))} onClear={selection.clear} />
			{/* A grid of links rather than a <table>: rows are virtual, and the roles below say the same. */}
			{/* biome-ignore-start lint/a11y/useSemanticElements: see above */}
			<div
				role="table"
				aria-label={say(m.title)}
				aria-rowcount={more ? -1 : items.length + 1}
				className={classes.table}
			>
				<div role="rowgroup">
					<div role="row" className={`${classes.row} ${classes.head}`} aria-rowindex={1} tabIndex={-1}>
						<span role="columnheader" tabIndex={-1}>
							{say(m.vehicle)}
						</span>
						<span role="columnheader" tabIndex={-1}>
							{say(m.stock)}
						</span>
						<span role="columnheader" tabIndex={-1}>
							{say(m.stage)}
						</span>
						<span role="columnheader" tabIndex={-1} className={classes.number}>
							{say(m.price)}
						</span>
						<span role="columnheader" tabIndex={-1} className={classes.wide}>
							{say(m.place)}
						</span>
						<span role="columnheader" tabIndex={-1} className={classes.wide}>
							{say(m.changed)}
						</span>
					</div>
				</div>
				<div role="rowgroup" ref={box} className={classes.body} style={{ height: rows.getTotalSize() }}>
					{shown.map((row) => {
						const v = items[row.index];
						if (!v) return null;
						return (
							<div
								key={row.key}
								ref={rows.measureElement}
								data-index={row.index}
								role="row"
								tabIndex={-1}
								aria-rowindex={row.index + 2}
								className={classes.row}
								data-at={row.index === at || undefined}
								aria-selected={selection.ids.has(v.id) || undefined}
								onClickCapture={(e) => {
									// Shift-click takes the rows between into the selection and opens nothing.
									if (!e.shiftKey) return;
									e.preventDefault();
									setAt(row.index);
									selection.extend(row.index);
								}}
								style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
							>
								<span role="cell" className={classes.named}>
									{covers && <Cover v={v} />}
									<span>
										<Link to="/vehicles/$id" params={{ id: v.id }} className={classes.title}>
											{v.title}
										</Link>
										<span className={classes.vin}>
											{v.vin.slice(0, -6)}
											<b>{tail(v.vin)}</b>
										</span>
										{props.reason?.(v.id)}
									</span>
								</span>
								<span role="cell">{v.stock || <None />}</span>
								<span role="cell">
									<Badge variant="light" color={v.stage === "sold" ? "gray" : "petrol"} tt="none">
										{stageName(v.stage, say)}
									</Badge>
								</span>
								<span role="cell" className={classes.number}>
									{v.asking ? say.money(v.asking) : v.paid ? <PaidPrice v={v.paid} /> : <None />}
								</span>
								<span role="cell" className={classes.wide}>
									{v.location || <None />}
								</span>
								<span role="cell" className={classes.wide}>
									{say.day(v.updated)}
								</span>
							</div>
						);
					})}
				</div>
			</div>
			{/* biome-ignore-end lint/a11y/useSemanticElements: see above */}
		</>
	);
}

/** The vehicle's photo, or its place: the names of all rows begin below one another. */
function Cover({ v }: { v: Vehicle }) {
	const [gone, setGone] = useState("");
	return (
		<span className={classes.cover}>
			{v.cover && gone !== v.cover ? (
				<img src={thumbnail(v.id, v.cover)} alt="" loading="lazy" onError={() => setGone(v.cover ?? "")} />
			) : (
				<IconCar size={20} stroke={1.4} aria-hidden />
			)}
		</span>
	);
}

/** What is selected, and from where a range begins. */
function useSelection(items: Vehicle[]) {
	const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
	const from = useRef(0);
	const toggle = (i: number) => {
		const id = items[i]?.id;
		if (id === undefined) return;
		from.current = i;
		setIds((old) => (old.has(id) ? new Set([...old].filter((x) => x !== id)) : new Set([...old, id])));
	};
	const extend = (to: number) => {
		const [a, b] = [Math.min(from.current, to), Math.max(from.current, to)];
		setIds((old) => new Set([...old, ...items.slice(a, b + 1).map((v) => v.id)]));
	};
	return { ids, toggle, extend, clear: () => setIds(new Set()) };
}

/** What can be done with the rows that are selected. */
function Selected({ vehicles, onClear }: { vehicles: Vehicle[]; onClear: () => void }) {
	const say = useSay();
	if (vehicles.length === 0) return null;
	return (
		<Group className={classes.selected} justify="space-between" gap="sm">
			<Text size="sm" fw={600} role="status">
				{say(m.selected, { n: vehicles.length })}
			</Text>
			<Group gap="xs">
				<CopyButton value={vehicles.map((v) => v.vin).join("\n")}>
					{({ copied, copy }) => (
						<Button size="compact-sm" variant="default" onClick={copy}>
							{say(copied ? m.copied : m.copyVINs)}
						</Button>
					)}
				</CopyButton>
				<Button size="compact-sm" variant="subtle" onClick={onClear}>
					{say(m.clearSelection)}
				</Button>
			</Group>
		</Group>
	);
}

function PaidPrice({ v }: { v: { minor: number; currency: string } }) {
	const say = useSay();
	return (
		<>
			{say.money(v)}{" "}
			<Text span size="xs" c="dimmed">
				{say(m.paid)}
			</Text>
		</>
	);
}

function None() {
	const say = useSay();
	return (
		<Text span c="dimmed" aria-label={say(m.nothing)}>
			–
		</Text>
	);
}
