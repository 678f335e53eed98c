import { Button, Modal, Stack, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useWrite } from "../../hooks/useWrite";
import { metaQuery, type Preferences, usePreferences } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type Draft, type Due, updateVehicle, type Vehicle } from "./api";
import { overview as m, m as page } from "./messages";

interface Row {
	kind: string;
	name: string;
	distance: string; // in the reader's unit
	months: string;
}

/** This vehicle's own service intervals; the owner's manual wins over the defaults. */
export function Intervals({ vehicle, due }: { vehicle: Vehicle; due: Due[] }) {
	const say = useSay();
	const [opened, setOpened] = useState(false);
	if (!useMay("vehicles.write")) return null;
	return (
		<>
			<Button variant="subtle" size="compact-sm" onClick={() => setOpened(true)}>
				{say(m.changeIntervals)}
			</Button>
			<Modal
				opened={opened}
				onClose={() => setOpened(false)}
				title={say(m.intervalsOf, { title: vehicle.title })}
				size="lg"
				closeButtonProps={{ "aria-label": say(page.close) }}
			>
				<Form vehicle={vehicle} due={due} onDone={() => setOpened(false)} />
			</Modal>
		</>
	);
}

function Form({ vehicle, due, onDone }: { vehicle: Vehicle; due: Due[]; onDone: () => void }) {
	const say = useSay();
	const p = usePreferences();
	const meta = useQuery(metaQuery);
	const defaults = new Map((meta.data?.serviceKinds ?? []).map((k) => [k.kind, k]));
	const [opened] = useState(() => [
		...due.map((d) => rowOf(d, say)),
		// What was switched off for this vehicle is never due, and can be switched on again.
		...Object.keys(vehicle.intervals ?? {})
			.filter((kind) => !due.some((d) => d.kind === kind))
			.map((kind) => ({ kind, name: defaults.get(kind)?.name ?? kind, distance: "", months: "" })),
	]);
	const [rows, setRows] = useState(opened);
	// The version that is edited: what others save meanwhile must not be written over.
	const [base] = useState(vehicle);
	const [wrong, setWrong] = useState(false);
	const save = useWrite({
		write: () => updateVehicle(base, { ...asDraft(base), intervals: changed(base, opened, rows, p) }),
		said: () => say(m.intervalsChanged),
		onDone,
	});
	const set = (kind: string, part: Partial<Row>) =>
		setRows(rows.map((r) => (r.kind === kind ? { ...r, ...part } : r)));
	const submit = (e: FormEvent) => {
		e.preventDefault();
		const bad = rows.some((r) => !/^\d{0,7}$/.test(r.distance.trim()) || !/^\d{0,3}$/.test(r.months.trim()));
		setWrong(bad);
		if (!bad) save.mutate(undefined);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="sm">
				<Text size="sm" c="dimmed">
					{say(m.intervalsAbout)}
				</Text>
				<Table.ScrollContainer minWidth={420}>
					<Table>
						<Table.Thead>
							<Table.Tr>
								<Table.Th scope="col">{say(m.colService)}</Table.Th>
								<Table.Th scope="col">{say(m.colEvery, { unit: p.distance })}</Table.Th>
								<Table.Th scope="col">{say(m.colMonths)}</Table.Th>
								<Table.Th scope="col">{say(m.colDefault)}</Table.Th>
							</Table.Tr>
						</Table.Thead>
						<Table.Tbody>
							{rows.map((r) => {
								const d = defaults.get(r.kind);
								return (
									<Table.Tr key={r.kind}>
										<Table.Th scope="row" fw={400}>
											{r.name}
										</Table.Th>
										<Table.Td>
											<TextInput
												aria-label={say(m.rowDistance, { name: r.name })}
												value={r.distance}
												inputMode="numeric"
												w={110}
												onChange={(e) => set(r.kind, { distance: e.currentTarget.value })}
											/>
										</Table.Td>
										<Table.Td>
											<TextInput
												aria-label={say(m.rowMonths, { name: r.name })}
												value={r.months}
												inputMode="numeric"
												w={80}
												onChange={(e) => set(r.kind, { months: e.currentTarget.value })}
											/>
										</Table.Td>
										<Table.Td>
											<Text size="xs" c="dimmed">
												{d
													? [d.km > 0 && say.kilometres(d.km), d.months > 0 && say.months(d.months)]
															.filter(Boolean)
															.join(", ")
													: ""}
											</Text>
										</Table.Td>
									</Table.Tr>
								);
							})}
						</Table.Tbody>
					</Table>
				</Table.ScrollContainer>
				{wrong && (
					<Text size="sm" c="var(--hub-bad)" role="alert">
						{say(m.wholeNumbers)}
					</Text>
				)}
				{save.error && <FailureNote error={save.error} title={say(m.intervalsFailed)} />}
				<FormButtons onCancel={onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}

function rowOf(d: Due, say: Say): Row {
	return {
		kind: d.kind,
		name: d.name,
		distance: d.interval.km > 0 ? say.distanceValue(d.interval.km * 1000) : "",
		months: d.interval.months > 0 ? String(d.interval.months) : "",
	};
}

/** What was the vehicle's own before, with the rows that were changed over it. */
function changed(v: Vehicle, before: Row[], rows: Row[], p: Preferences): Draft["intervals"] {
	const own = { ...v.intervals };
	const kmPer = p.distance === "mi" ? 1.609344 : 1;
	rows.forEach((r, i) => {
		const old = before[i];
		if (old && old.distance === r.distance && old.months === r.months) return;
		own[r.kind] = { km: Math.round(Number(r.distance.trim()) * kmPer), months: Number(r.months.trim()) };
	});
	return own;
}

function asDraft(v: Vehicle): Draft {
	const { vin, yearHint, claimed, plate, stock, stage, asking, paid, tags, location, group } = v;
	return { vin, yearHint, claimed, plate, stock, stage, asking, paid, tags, location, group } as Draft;
}
