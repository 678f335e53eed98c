import { Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCar } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useShortcuts } from "../../hooks/useShortcuts";
import { thumbnail } from "../../lib/attachments";
import { type Say, useSay } from "../../lib/say";
import { tail } from "../../lib/vin";
import type { FoundVehicle, Vehicle } from "./api";
import { type Column, type Sorting, sorted } from "./columns";
import { m } from "./messages";
import type { Fleet } from "./useFleet";
import type { Selection } from "./useSelection";
import classes from "./VehicleTable.module.css";

/** The vehicles as a table of links; only the rows in view are in the page, and only those are read. */
export function VehicleTable(props: {
	fleet: Fleet;
	columns: Column[];
	sorting: Sorting;
	onSort: (s: Sorting) => void;
	selection: Selection;
	onRange: (first: number, last: number) => void;
	reason?: (f: FoundVehicle) => ReactNode;
}) {
	const say = useSay();
	const { fleet, selection, columns } = props;
	const navigate = useNavigate();
	const box = useRef<HTMLDivElement>(null);
	const [at, setAt] = useState(-1);
	const rows = useWindowVirtualizer({
		count: fleet.total,
		estimateSize: () => 62,
		overscan: 12,
		scrollMargin: box.current?.offsetTop ?? 0,
		getItemKey: (i) => fleet.at(i)?.vehicle.id ?? i,
	});
	const shown = rows.getVirtualItems();
	const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];
	const { onRange } = props;
	useEffect(() => onRange(first, last), [first, last, onRange]);

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
		const to = Math.max(0, Math.min(fleet.total - 1, i));
		setAt(to);
		rows.scrollToIndex(to, { align: "auto" });
	};
	useShortcuts({
		next: () => go(at + 1),
		previous: () => go(at - 1),
		select: () => (fleet.at(at) ? selection.toggle(at) : false),
		open: (e) => {
			const f = fleet.at(at);
			// Enter on a link or button that has the focus is its own.
			if (!f || (e.target instanceof HTMLElement && e.target.closest("a, button, input"))) return false;
			void navigate({ to: "/vehicles/$id", params: { id: f.vehicle.id } });
		},
	});

	// Rows are drawn again when they change, not at each step of scrolling: what they call stays the same.
	const choose = useRef<(row: number, range: boolean) => void>(undefined);
	choose.current = (row, range) => {
		setAt(row);
		if (range) void selection.extend(row);
		else selection.toggle(row);
	};
	const onChoose = useCallback((row: number, range: boolean) => choose.current?.(row, range), []);

	const covers = fleet.loaded().some((f) => f.vehicle.cover);
	const widths = columns.map((c) => (c.end ? `${c.width}px` : `minmax(${c.width}px, 1fr)`));
	const grid = {
		"--columns": `28px minmax(240px, 2.5fr) ${widths.join(" ")}`,
		"--least": `${268 + columns.reduce((n, c) => n + c.width + 20, 48)}px`,
	} as CSSProperties;
	const all = selection.all || (fleet.total > 0 && selection.count === fleet.total);
	return (
		// A grid of links rather than a <table>: rows are virtual, and the roles below say the same.
		// biome-ignore-start lint/a11y/useSemanticElements: see above
		<div className={classes.frame}>
			<div
				role="table"
				aria-label={say(m.title)}
				aria-rowcount={fleet.total + 1}
				className={classes.table}
				style={grid}
			>
				<div role="rowgroup">
					<div role="row" className={`${classes.row} ${classes.head}`} aria-rowindex={1} tabIndex={-1}>
						<span role="columnheader" tabIndex={-1} className={classes.choose}>
							<Checkbox
								size="xs"
								aria-label={say(m.selectAll, { n: fleet.total })}
								checked={all}
								indeterminate={!all && selection.count > 0}
								onChange={() => (all ? selection.clear() : selection.takeAll())}
							/>
						</span>
						<span role="columnheader" tabIndex={-1}>
							{say(m.vehicle)}
						</span>
						{columns.map((c) => (
							<Head key={c.name} of={c} sorting={props.sorting} onSort={props.onSort} />
						))}
					</div>
				</div>
				<div role="rowgroup" ref={box} className={classes.body} style={{ height: rows.getTotalSize() }}>
					{shown.map((row) => {
						const f = fleet.at(row.index);
						return (
							<Row
								key={row.key}
								of={f}
								index={row.index}
								top={row.start - rows.options.scrollMargin}
								here={row.index === at}
								chosen={f !== undefined && selection.has(f.vehicle.id)}
								covers={covers}
								columns={columns}
								say={say}
								reason={props.reason}
								measure={rows.measureElement}
								onChoose={onChoose}
							/>
						);
					})}
				</div>
			</div>
		</div>
		// biome-ignore-end lint/a11y/useSemanticElements: see above
	);
}

/** One vehicle; what is not read yet has its place. */
const Row = memo(function Row(props: {
	of: FoundVehicle | undefined;
	index: number;
	top: number;
	here: boolean;
	chosen: boolean;
	covers: boolean;
	columns: Column[];
	say: Say;
	reason?: (f: FoundVehicle) => ReactNode;
	measure: (node: HTMLElement | null) => void;
	onChoose: (row: number, range: boolean) => void;
}) {
	const { of: f, index, say, columns, onChoose } = props;
	return (
		// biome-ignore-start lint/a11y/useSemanticElements: a row of a virtual table
		<div
			ref={props.measure}
			data-index={index}
			role="row"
			tabIndex={-1}
			aria-rowindex={index + 2}
			className={classes.row}
			data-at={props.here || undefined}
			aria-selected={props.chosen || undefined}
			onClickCapture={(e) => {
				// Shift-click takes the rows between into the selection and opens nothing.
				if (!e.shiftKey) return;
				e.preventDefault();
				e.stopPropagation();
				onChoose(index, true);
			}}
			style={{ transform: `translateY(${props.top}px)` }}
		>
			{f ? (
				<>
					<span role="cell" className={classes.choose}>
						<input
							type="checkbox"
							aria-label={say(m.selectThe, { title: f.vehicle.title })}
							checked={props.chosen}
							onChange={() => onChoose(index, false)}
						/>
					</span>
					<span role="cell" className={classes.named}>
						{props.covers && <Cover v={f.vehicle} />}
						<span className={classes.words}>
							<Link
								to="/vehicles/$id"
								params={{ id: f.vehicle.id }}
								className={classes.title}
								draggable={false}
							>
								{f.vehicle.title}
							</Link>
							<span className={classes.vin}>
								{f.vehicle.vin.slice(0, -6)}
								<b>{tail(f.vehicle.vin)}</b>
							</span>
							{props.reason?.(f)}
						</span>
					</span>
					{columns.map((c) => (
						<span
							key={c.name}
							role="cell"
							className={c.end ? classes.number : classes.cell}
							data-column={c.name}
						>
							{c.cell(f, say)}
						</span>
					))}
				</>
			) : (
				<span role="cell" className={classes.waiting}>
					{say(m.loadingRow)}
				</span>
			)}
		</div>
		// biome-ignore-end lint/a11y/useSemanticElements: see above
	);
});

/** The head of a column: a click sorts by it, with Shift after what is sorted by already. */
function Head(props: { of: Column; sorting: Sorting; onSort: (s: Sorting) => void }) {
	const say = useSay();
	const { of: c, sorting } = props;
	const name = c.label(say);
	const place = sorting.findIndex((s) => s.field === c.sort);
	const by = sorting[place];
	const Arrow = by?.down ? IconArrowDown : IconArrowUp;
	return (
		// biome-ignore lint/a11y/useSemanticElements: a column of a virtual table
		<span
			role="columnheader"
			tabIndex={-1}
			className={c.end ? classes.number : undefined}
			aria-sort={by ? (by.down ? "descending" : "ascending") : undefined}
			data-column={c.name}
		>
			{c.sort ? (
				<button
					type="button"
					className={classes.sort}
					title={say(m.sortAbout, { column: name })}
					onClick={(e) => props.onSort(sorted(sorting, c.sort ?? "", e.shiftKey))}
				>
					{name}
					{by && (
						<>
							<Arrow size={14} aria-hidden />
							{sorting.length > 1 && <sub aria-hidden>{place + 1}</sub>}
						</>
					)}
				</button>
			) : (
				name
			)}
		</span>
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
