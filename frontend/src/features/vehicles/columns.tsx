import { Badge, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Message } from "../../lib/catalogue";
import type { Say } from "../../lib/say";
import { stageName } from "../../lib/stages";
import type { FoundVehicle, Vehicle } from "./api";
import { columnNames, m } from "./messages";

/** A column of the list, beside that of the vehicle itself, which always stands first. */
export interface Column {
	/** As the hub, views and the address name it. */
	name: string;
	label: (say: Say) => string;
	/** Field that the hub sorts by; none: it can't be sorted by. */
	sort?: string;
	/** In pixels; columns of words grow. */
	width: number;
	end?: boolean;
	costs?: boolean;
	cell: (f: FoundVehicle, say: Say) => ReactNode;
}

const dash = (text: ReactNode): ReactNode => text || <None />;

function None() {
	return (
		<Text span c="dimmed">
			–
		</Text>
	);
}

type Stage = Vehicle["stage"];

const word = (
	name: string,
	label: Message,
	of: (v: Vehicle) => ReactNode,
	more: Partial<Column> = {},
): Column => ({
	name,
	label: (say) => say(label),
	width: 120,
	cell: (f) => dash(of(f.vehicle)),
	...more,
});

const reached = (name: string, label: Message, stage: Stage, sort?: string): Column => ({
	name,
	label: (say) => say(label),
	sort,
	width: 120,
	cell: (f, say) => {
		const day = f.vehicle.reached?.[stage];
		return dash(day && say.day(day));
	},
});

const amount = (
	name: string,
	label: Message,
	of: (v: Vehicle) => { minor: number; currency: string } | undefined,
	costs = false,
): Column => ({
	name,
	label: (say) => say(label),
	sort: name,
	width: 110,
	end: true,
	costs,
	cell: (f, say) => {
		const money = of(f.vehicle);
		return dash(money && say.money(money));
	},
});

const c = columnNames;

/** Every column, in the order in which they are offered. */
export const columns: Column[] = [
	word("stock", m.stock, (v) => v.stock, { sort: "stock", width: 100 }),
	word("plate", c.plate, (v) => v.plate, { sort: "plate", width: 100 }),
	{
		name: "stage",
		label: (say) => say(m.stage),
		sort: "stage",
		width: 100,
		cell: (f, say) => (
			<Badge variant="light" color={f.vehicle.stage === "sold" ? "gray" : "petrol"} tt="none">
				{stageName(f.vehicle.stage, say)}
			</Badge>
		),
	},
	amount("price", c.price, (v) => v.asking),
	amount("paid", c.paid, (v) => v.paid, true),
	amount("soldfor", c.soldFor, (v) => v.soldFor, true),
	{
		name: "odometer",
		label: (say) => say(c.odometer),
		sort: "odometer",
		width: 110,
		end: true,
		cell: (f, say) =>
			f.read ? (
				<span title={say(m.readOn, { day: say.day(f.read) })}>{say.distance(f.odometer ?? 0)}</span>
			) : (
				<None />
			),
	},
	{
		name: "mismatch",
		label: (say) => say(c.mismatch),
		sort: "mismatch",
		width: 130,
		cell: (f, say) =>
			f.mismatch === "hard" || f.mismatch === "soft" ? (
				<Badge variant="light" tt="none" color={f.mismatch === "hard" ? "red" : "orange"}>
					{say(f.mismatch === "hard" ? m.differs : m.mayDiffer)}
				</Badge>
			) : f.mismatch === "none" ? (
				say(m.agrees)
			) : (
				<None />
			),
	},
	word("year", c.year, (v) => v.decoded.year || "", { sort: "year", width: 70, end: true }),
	word("make", c.make, (v) => v.decoded.make, { sort: "make" }),
	word("model", c.model, (v) => v.decoded.model, { sort: "model" }),
	word("series", c.series, (v) => v.decoded.series),
	word("trim", c.trim, (v) => v.decoded.trim),
	word("body", c.body, (v) => v.decoded.bodyClass, { sort: "body", width: 170 }),
	word("type", c.type, (v) => v.decoded.vehicleType, { sort: "type", width: 150 }),
	word("fuel", c.fuel, (v) => v.decoded.fuel, { sort: "fuel" }),
	word("drive", c.drive, (v) => v.decoded.drive, { sort: "drive", width: 160 }),
	word("transmission", c.transmission, (v) => v.decoded.transmission),
	word("color", c.color, (v) => v.color, { sort: "color" }),
	word("location", m.place, (v) => v.location, { sort: "location" }),
	word("group", c.group, (v) => v.group),
	word("tag", c.tags, (v) => v.tags.join(", "), { width: 150 }),
	word("list", c.list, (v) => v.from?.file, { sort: "list", width: 150 }),
	reached("seen", c.seen, "seen"),
	reached("bought", c.bought, "bought", "bought"),
	reached("inWork", c.inWork, "in_work"),
	reached("listed", c.listed, "listed", "listed"),
	reached("sold", c.sold, "sold", "sold"),
	{
		name: "due",
		label: (say) => say(c.due),
		sort: "due",
		width: 120,
		cell: (f, say) => dash(f.due && say.day(f.due)),
	},
	{
		name: "changed",
		label: (say) => say(m.changedOn),
		sort: "changed",
		width: 120,
		cell: (f, say) => say.day(f.vehicle.updated),
	},
];

export const usualColumns = ["stock", "stage", "price", "odometer", "location", "changed"];

const own = "field:";

/** The columns of these names; one of somebody's own field is made as it is named. */
export function columnsOf(names: string[], costs: boolean): Column[] {
	return names.flatMap((name) => {
		const known = columns.find((x) => x.name === name);
		if (known) return known.costs && !costs ? [] : [known];
		const field = name.startsWith(own) ? name.slice(own.length) : "";
		if (field === "") return [];
		return [
			{
				name,
				label: () => field,
				width: 130,
				cell: (f: FoundVehicle) => dash(f.vehicle.fields?.[field]),
			},
		];
	});
}

/** Own fields that the vehicles in view have: they are offered as columns. */
export const ownColumns = (items: FoundVehicle[]): string[] =>
	[...new Set(items.flatMap((f) => Object.keys(f.vehicle.fields ?? {})))].sort().map((f) => own + f);

/** How a list is sorted: fields in order, the greatest first where `down`. */
export type Sorting = { field: string; down: boolean }[];

export const sortingOf = (sort: string | undefined): Sorting =>
	(sort ?? "")
		.split(",")
		.filter((s) => s !== "")
		.map((s) => (s.startsWith("-") ? { field: s.slice(1), down: true } : { field: s, down: false }));

export const sortText = (s: Sorting): string => s.map((x) => (x.down ? "-" : "") + x.field).join(",");

/** At most so many fields are sorted by. */
const mostSorts = 4;

/**
 * The order after a click on a head: first up, then down, then not at all. With
 * `more` the orders of other columns stay before it.
 */
export function sorted(now: Sorting, field: string, more: boolean): Sorting {
	const at = now.find((s) => s.field === field);
	const next = !at ? [{ field, down: false }] : at.down ? [] : [{ field, down: true }];
	if (!more) return next;
	if (!at) return [...now, ...next].slice(0, mostSorts);
	return now.flatMap((s) => (s.field === field ? next : [s]));
}
