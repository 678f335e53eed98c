import { Stack, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FocusEvent, type FormEvent, type ReactNode, useRef, useState } from "react";
import { Changed, isChanged } from "../../components/Changed";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useWrite } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import type { Message } from "../../lib/catalogue";
import { today, unitNames } from "../../lib/format";
import { type Preferences, usePreferences } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import {
	addRecord,
	type History,
	historyQuery,
	type Kept,
	type RecordKind,
	updateRecord,
	type Vehicle,
} from "./api";
import type { ReadField } from "./invoice";
import { KindChip } from "./KindChip";
import { invoice, records as m } from "./messages";
import { blank, draftOf, type Fields, fieldsOf, wrongIn } from "./recordFields";
import { ServiceItems } from "./ServiceItems";

export const recordNames: Record<RecordKind, Message> = {
	reading: m.reading,
	service: m.service,
	fuel: m.fuel,
};

const savedBy = { reading: m.savedReading, service: m.savedService, fuel: m.savedFuel };
const changedBy = { reading: m.changedReading, service: m.changedService, fuel: m.changedFuel };

/** What a text says of a field stands below it, and the field that has the focus is marked in the text. */
export interface Read {
	below: (field: ReadField, f: Fields, set: (part: Partial<Fields>) => void) => ReactNode;
	onField: (field: ReadField) => void;
}

/** Adds a record, or changes one that is kept. */
export function RecordForm(props: {
	kind: RecordKind;
	vehicle: Vehicle;
	kept?: Kept;
	/** What a new record begins with. */
	begin?: Partial<Fields>;
	read?: Read;
	onDone: () => void;
	/** Hears of the record that was saved. */
	onSaved?: (id: string) => void;
}) {
	const say = useSay();
	const { kind, vehicle, kept, read } = props;
	const p = usePreferences();
	const client = useQueryClient();
	const history = useQuery(historyQuery(vehicle.id));
	const costs = useMay("costs.read");
	const electric = vehicle.decoded.fuel === "Electric" && !vehicle.decoded.fuelSecondary;
	const [f, setF] = useState<Fields>(() =>
		kept ? fieldsOf(kept, p, say) : { ...blank(today(), p, electric), ...props.begin },
	);
	const [wrong, setWrong] = useState<Partial<Record<string, string>>>({});
	const set = (part: Partial<Fields>) => setF((old) => ({ ...old, ...part }));

	const rev = useRef(kept?.rev);
	const save = useWrite({
		write: () => {
			const draft = draftOf(kind, f, say, kept);
			return kept && rev.current
				? updateRecord(vehicle.id, { ...kept, rev: rev.current }, draft)
				: addRecord(vehicle.id, draft);
		},
		said: () => say((kept ? changedBy : savedBy)[kind]),
		onDone: (saved) => {
			props.onSaved?.((saved as { record: { id: string } }).record.id);
			props.onDone();
		},
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		const found = wrongIn(kind, f, say);
		setWrong(found);
		if (Object.keys(found).length === 0) save.mutate(undefined);
	};
	const loadNewer = async () => {
		const newer = await client.fetchQuery({ ...historyQuery(vehicle.id), staleTime: 0 });
		const all = [...newer.readings, ...newer.services, ...newer.fuel];
		rev.current = all.find((r) => r.record.id === kept?.record.id)?.rev ?? rev.current;
		save.reset();
	};
	const part = (field: ReadField, input: ReactNode) => {
		if (!read) return input;
		const focused = (e: FocusEvent) =>
			read.onField(((e.target as HTMLElement).dataset.field as ReadField | undefined) ?? field);
		return (
			// biome-ignore lint/a11y/noStaticElementInteractions: it only listens where the focus is
			<div onFocus={focused}>
				{input}
				{read.below(field, f, set)}
			</div>
		);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="sm">
				{kind === "service" &&
					part(
						"work",
						<ServiceItems
							items={f.items}
							currency={f.currency}
							wrong={wrong}
							onChange={(items) => set({ items })}
						/>,
					)}
				{read?.below("total", f, set)}
				{kind === "fuel" && (
					<TextInput
						label={say(f.volumeUnit === "kWh" ? m.energy : m.volume, { unit: unitNames[f.volumeUnit] })}
						value={f.volume}
						onChange={(e) => set({ volume: e.currentTarget.value })}
						inputMode="decimal"
						required
						error={wrong.volume ?? failure?.field("/volume/value")}
						data-autofocus
					/>
				)}
				{part(
					"odometer",
					<TextInput
						label={say(m.odometerIn, { unit: f.odometerUnit })}
						value={f.odometer}
						onChange={(e) => set({ odometer: e.currentTarget.value })}
						inputMode="decimal"
						required={kind === "reading"}
						placeholder={guess(history.data, f.date, p, say)}
						error={wrong.odometer ?? failure?.field("/odometer/value")}
						description={remark(history.data, f, kept, say)}
						data-autofocus={kind === "reading" || undefined}
					/>,
				)}
				{part(
					"date",
					<TextInput
						type="date"
						label={say(m.date)}
						value={f.date}
						onChange={(e) => set({ date: e.currentTarget.value })}
						max={today()}
						required
						error={failure?.field("/date")}
					/>,
				)}
				{kind === "fuel" && costs && (
					<TextInput
						label={say(m.cost, { currency: f.currency })}
						value={f.cost}
						onChange={(e) => set({ cost: e.currentTarget.value })}
						inputMode="decimal"
						placeholder={say(m.unknown)}
						error={wrong.cost}
					/>
				)}
				{kind === "service" &&
					part(
						"shop",

						<TextInput
							label={say(m.workshop)}
							value={f.workshop}
							onChange={(e) => set({ workshop: e.currentTarget.value })}
							placeholder={say(m.optional)}
							maxLength={200}
						/>,
					)}
				{part(
					"number",
					<TextInput
						label={say(m.note)}
						value={f.note}
						onChange={(e) => set({ note: e.currentTarget.value })}
						placeholder={say(m.optional)}
						maxLength={2000}
					/>,
				)}
				{kind === "service" && f.items.length === 1 && (
					<KindChip
						text={f.note}
						taken={f.items.map((i) => i.kind)}
						words={invoice.useKind}
						onTake={(to) => set({ items: f.items.map((i) => ({ ...i, kind: to })) })}
					/>
				)}
				{isChanged(save.error) ? (
					<Changed what="record" onLoad={loadNewer} />
				) : (
					save.error && <FailureNote error={save.error} title={say(m.notSaved)} />
				)}
				<FormButtons onCancel={props.onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}

/** The odometer that the readings so far lead to. A guess, so it is shown and never filled in. */
function guess(h: History | undefined, date: string, p: Preferences, say: Say): string | undefined {
	const last = h?.odometer;
	if (!last || last.doubted) return undefined;
	const first = h.readings[0]?.record;
	const span = first ? days(first.date, last.date) : 0;
	const perDay = first && span > 30 ? (last.distance.meters - first.odometer.meters) / span : 0;
	const meters = last.distance.meters + Math.max(0, perDay) * Math.max(0, days(last.date, date));
	const step = p.distance === "mi" ? 160_934.4 : 100_000;
	return say(m.about, { n: say.distanceValue(Math.round(meters / step) * step) });
}

function remark(h: History | undefined, f: Fields, kept: Kept | undefined, say: Say): string | undefined {
	const last = h?.odometer;
	if (!last || kept) return undefined;
	const meters = say.metersOf(Number(say.plain(f.odometer)), f.odometerUnit);
	const known = { distance: say.distance(last.distance.meters), day: say.day(last.date) };
	if (f.odometer !== "" && meters < last.distance.meters && f.date >= last.date) return say(m.lower, known);
	return say(m.lastKnown, known);
}

const days = (from: string, to: string) =>
	(Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000;
