import { ActionIcon, Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { Changed, isChanged } from "../../components/Changed";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useWrite } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { day, distance, distanceValue, today } from "../../lib/format";
import { metaQuery, type Preferences, usePreferences } from "../../lib/queries";
import {
	addRecord,
	type History,
	historyQuery,
	type Kept,
	type RecordKind,
	updateRecord,
	type Vehicle,
} from "./api";
import { blank, draftOf, type Fields, fieldsOf, type ItemFields, wrongIn } from "./recordFields";

export const recordNames: Record<RecordKind, string> = {
	reading: "Odometer reading",
	service: "Service",
	fuel: "Fuel",
};

/** Adds a record, or changes one that is kept. */
export function RecordForm(props: { kind: RecordKind; vehicle: Vehicle; kept?: Kept; onDone: () => void }) {
	const { kind, vehicle, kept } = props;
	const p = usePreferences();
	const client = useQueryClient();
	const history = useQuery(historyQuery(vehicle.id));
	const electric = vehicle.decoded.fuel === "Electric" && !vehicle.decoded.fuelSecondary;
	const [f, setF] = useState<Fields>(() => (kept ? fieldsOf(kept, p) : blank(today(), p, electric)));
	const [wrong, setWrong] = useState<Partial<Record<string, string>>>({});
	const set = (part: Partial<Fields>) => setF((old) => ({ ...old, ...part }));

	const rev = useRef(kept?.rev);
	const save = useWrite({
		write: () => {
			const draft = draftOf(kind, f, kept);
			return kept && rev.current
				? updateRecord(vehicle.id, { ...kept, rev: rev.current }, draft)
				: addRecord(vehicle.id, draft);
		},
		said: () => `${recordNames[kind]} ${kept ? "changed" : "saved"}.`,
		onDone: props.onDone,
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		const found = wrongIn(kind, f);
		setWrong(found);
		if (Object.keys(found).length === 0) save.mutate(undefined);
	};
	const loadNewer = async () => {
		const newer = await client.fetchQuery({ ...historyQuery(vehicle.id), staleTime: 0 });
		const all = [...newer.readings, ...newer.services, ...newer.fuel];
		rev.current = all.find((r) => r.record.id === kept?.record.id)?.rev ?? rev.current;
		save.reset();
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="sm">
				{kind === "service" && (
					<Items items={f.items} currency={f.currency} wrong={wrong} onChange={(items) => set({ items })} />
				)}
				{kind === "fuel" && (
					<TextInput
						label={f.volumeUnit === "kWh" ? "Energy (kWh)" : `Volume (${f.volumeUnit})`}
						value={f.volume}
						onChange={(e) => set({ volume: e.currentTarget.value })}
						inputMode="decimal"
						required
						error={wrong.volume ?? failure?.field("/volume/value")}
						data-autofocus
					/>
				)}
				<TextInput
					label={`Odometer (${f.odometerUnit})`}
					value={f.odometer}
					onChange={(e) => set({ odometer: e.currentTarget.value })}
					inputMode="decimal"
					required={kind === "reading"}
					placeholder={guess(history.data, f.date, p)}
					error={wrong.odometer ?? failure?.field("/odometer/value")}
					description={remark(history.data, f, kept, p)}
					data-autofocus={kind === "reading" || undefined}
				/>
				<TextInput
					type="date"
					label="Date"
					value={f.date}
					onChange={(e) => set({ date: e.currentTarget.value })}
					max={today()}
					required
					error={failure?.field("/date")}
				/>
				{kind === "fuel" && (
					<TextInput
						label={`Cost (${f.currency})`}
						value={f.cost}
						onChange={(e) => set({ cost: e.currentTarget.value })}
						inputMode="decimal"
						placeholder="unknown"
						error={wrong.cost}
					/>
				)}
				{kind === "service" && (
					<TextInput
						label="Workshop"
						value={f.workshop}
						onChange={(e) => set({ workshop: e.currentTarget.value })}
						placeholder="optional"
						maxLength={200}
					/>
				)}
				<TextInput
					label="Note"
					value={f.note}
					onChange={(e) => set({ note: e.currentTarget.value })}
					placeholder="optional"
					maxLength={2000}
				/>
				{isChanged(save.error) ? (
					<Changed what="record" onLoad={loadNewer} />
				) : (
					save.error && <FailureNote error={save.error} title="The record was not saved" />
				)}
				<FormButtons onCancel={props.onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}

/** What was done, one line a kind of work. */
function Items(props: {
	items: ItemFields[];
	currency: string;
	wrong: Partial<Record<string, string>>;
	onChange: (items: ItemFields[]) => void;
}) {
	const meta = useQuery(metaQuery);
	const kinds = meta.data?.serviceKinds?.map((k) => ({ value: k.kind, label: sentence(k.name) })) ?? [];
	const change = (i: number, part: Partial<ItemFields>) =>
		props.onChange(props.items.map((x, at) => (at === i ? { ...x, ...part } : x)));
	return (
		<Stack gap="sm">
			{props.items.map((item, i) => {
				const which = props.items.length > 1 ? ` ${i + 1}` : "";
				return (
					<Stack key={item.key} gap={6}>
						<Group align="flex-end" wrap="nowrap" gap="xs">
							<NativeSelect
								label={`What was done${which}`}
								value={item.kind}
								onChange={(e) => change(i, { kind: e.currentTarget.value })}
								data={kinds}
								data-autofocus={i === 0 || undefined}
								flex={1}
							/>
							{props.items.length > 1 && (
								<ActionIcon
									variant="subtle"
									color="gray"
									size={36}
									onClick={() => props.onChange(props.items.filter((_, at) => at !== i))}
									aria-label={`Leave out item ${i + 1}`}
								>
									<IconX size={16} aria-hidden />
								</ActionIcon>
							)}
						</Group>
						<Group wrap="nowrap" align="flex-start" gap="xs">
							<TextInput
								label={`Details${which}`}
								value={item.text}
								onChange={(e) => change(i, { text: e.currentTarget.value })}
								placeholder="optional"
								maxLength={500}
								flex={2}
							/>
							<TextInput
								label={`Cost${which} (${item.currency || props.currency})`}
								value={item.cost}
								onChange={(e) => change(i, { cost: e.currentTarget.value })}
								inputMode="decimal"
								placeholder="unknown"
								error={props.wrong[`items/${i}/cost`]}
								flex={1}
							/>
						</Group>
					</Stack>
				);
			})}
			<Button
				variant="subtle"
				size="compact-sm"
				leftSection={<IconPlus size={14} aria-hidden />}
				onClick={() => props.onChange([...props.items, anotherItem(props.items)])}
				style={{ alignSelf: "flex-start" }}
			>
				More work on the same day
			</Button>
		</Stack>
	);
}

const anotherItem = (items: ItemFields[]): ItemFields => ({
	key: Math.max(...items.map((i) => i.key)) + 1,
	kind: "other",
	text: "",
	cost: "",
	currency: "",
});

const sentence = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/** The odometer that the readings so far lead to. A guess, so it is shown and never filled in. */
function guess(h: History | undefined, date: string, p: Preferences): string | undefined {
	const last = h?.odometer;
	if (!last || last.doubted) return undefined;
	const first = h.readings[0]?.record;
	const span = first ? days(first.date, last.date) : 0;
	const perDay = first && span > 30 ? (last.distance.meters - first.odometer.meters) / span : 0;
	const meters = last.distance.meters + Math.max(0, perDay) * Math.max(0, days(last.date, date));
	const step = p.distance === "mi" ? 160_934.4 : 100_000;
	return `about ${distanceValue(Math.round(meters / step) * step, p)}`;
}

function remark(
	h: History | undefined,
	f: Fields,
	kept: Kept | undefined,
	p: Preferences,
): string | undefined {
	const last = h?.odometer;
	if (!last || kept) return undefined;
	const meters = Number(f.odometer.replaceAll(",", "")) * (f.odometerUnit === "mi" ? 1609.344 : 1000);
	if (f.odometer !== "" && meters < last.distance.meters && f.date >= last.date)
		return `That is lower than ${distance(last.distance.meters, p)} on ${day(last.date)}. It is saved all the same, and marked.`;
	return `Last known: ${distance(last.distance.meters, p)} on ${day(last.date)}`;
}

const days = (from: string, to: string) =>
	(Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000;
