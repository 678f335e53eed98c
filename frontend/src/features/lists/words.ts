import type { Message } from "../../lib/catalogue";
import type { Say } from "../../lib/say";
import type { Field, Intake, Row, Status } from "./api";
import { m } from "./messages";

export const statusNames: Record<Status, Message> = {
	ready: m.ready,
	mismatch: m.mismatch,
	fixable: m.fixable,
	duplicate: m.duplicate,
	existing: m.existing,
	short: m.short,
	invalid: m.invalid,
};

export const severityNames = { hard: m.hard, soft: m.soft, untestable: m.untestable } as const;

export const verdictNames = { buy: m.buy, look: m.look, pass: m.pass } as const;

/** What a column may be read as, in the order of the menu. */
export const targetNames: Record<string, Message> = {
	vin: m.vin,
	year: m.year,
	make: m.make,
	model: m.model,
	series: m.series,
	trim: m.trim,
	vehicle: m.vehicle,
	body: m.body,
	style: m.style,
	fuel: m.fuel,
	drive: m.drive,
	transmission: m.transmission,
	engine: m.engine,
	cylinders: m.cylinders,
	displacement: m.displacement,
	doors: m.doors,
	gvwr: m.gvwr,
	odometer: m.odometer,
	asking: m.asking,
	lot: m.lot,
	stock: m.stock,
	plate: m.plate,
	title: m.titleWords,
	condition: m.condition,
	color: m.color,
	location: m.location,
	seller: m.seller,
	notes: m.notes,
	tags: m.tags,
	date: m.date,
};

export const fieldName = (f: string): Message => targetNames[f] ?? m.custom;

/** The key under which vPIC gives a field. */
export const codeOf: Record<Field, string> = {
	year: "ModelYear",
	make: "Make",
	model: "Model",
	series: "Series",
	trim: "Trim",
	body: "BodyClass",
	fuel: "FuelTypePrimary",
	drive: "DriveType",
	transmission: "TransmissionStyle",
	cylinders: "EngineCylinders",
	displacement: "DisplacementL",
	doors: "Doors",
	gvwr: "GVWR",
};

const joined = (...words: (string | undefined)[]): string => words.filter(Boolean).join(" ");

/** What the VIN says that the vehicle is; what the list calls it where the VIN says nothing. */
export function titleOf(say: Say, r: Row): string {
	const { ModelYear, Make, Model, Trim } = r.decoded;
	const decoded = joined(ModelYear, Make, Model, Trim);
	// A year alone, of a VIN that is none, names no vehicle.
	if (Make) return decoded;
	const claimed = joined(r.claimed?.year, r.claimed?.make, r.claimed?.model);
	return claimed ? say(m.claimedOnly, { title: claimed }) : decoded || say(m.unknown);
}

export const rowKey = (r: { file?: number; row: number }): string => `${r.file ?? 1}.${r.row}`;

/** Rows of all files. */
export const rowsOf = (i: Intake): number => i.files.reduce((n, f) => n + f.rows, 0);

/** Vehicles that an intake has brought, without what was taken back. */
export const takenOf = (i: Intake): number =>
	i.commits
		.filter((c) => !c.undone)
		.reduce((n, c) => n + c.outcome.created + c.outcome.filled + c.outcome.replaced, 0);

/** What a file about the list is called, before its own ending: "tuesday" of "tuesday.csv". */
export const stemOf = (i: Intake): string =>
	i.name.replace(/\.[a-z]{3,6}$/i, "").replace(/[^\p{L}\p{N} ._-]/gu, "_");

/** A spreadsheet's name of a column: A, B and so on. */
export function letter(n: number): string {
	let s = "";
	for (let at = n + 1; at > 0; at = Math.floor((at - 1) / 26))
		s = String.fromCharCode(65 + ((at - 1) % 26)) + s;
	return s;
}

/** Columns that stand in the files and that no field takes. */
export const unreadOf = (i: Intake): number =>
	i.files.reduce(
		(n, f) => n + f.table.columns.length - f.mapping.columns.filter((c) => c.target !== "skip").length,
		0,
	);
