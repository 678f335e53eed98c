import { Button, Group, Menu, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconGasStation, IconGauge, IconTool } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { Failure } from "../../lib/api";
import { distanceValue, parseMoney, today } from "../../lib/format";
import { metaQuery, usePreferences, useRefresh } from "../../lib/queries";
import { addFuel, addReading, addService, historyQuery, type Vehicle } from "./api";

type Kind = "reading" | "service" | "fuel";

/** One button to add a record; date and odometer are filled in. */
export function AddRecord({ vehicle }: { vehicle: Vehicle }) {
	const [kind, setKind] = useState<Kind>();
	return (
		<>
			<Menu position="bottom-end">
				<Menu.Target>
					<Button rightSection={<IconChevronDown size={16} aria-hidden />}>Add record</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item leftSection={<IconTool size={16} aria-hidden />} onClick={() => setKind("service")}>
						Service
					</Menu.Item>
					<Menu.Item leftSection={<IconGasStation size={16} aria-hidden />} onClick={() => setKind("fuel")}>
						Fuel
					</Menu.Item>
					<Menu.Item leftSection={<IconGauge size={16} aria-hidden />} onClick={() => setKind("reading")}>
						Odometer reading
					</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			<Modal opened={kind !== undefined} onClose={() => setKind(undefined)} title={kind ? titles[kind] : ""}>
				{kind && <RecordForm key={kind} kind={kind} vehicle={vehicle} onDone={() => setKind(undefined)} />}
			</Modal>
		</>
	);
}

const titles: Record<Kind, string> = { reading: "Odometer reading", service: "Service", fuel: "Fuel" };

function RecordForm({ kind, vehicle, onDone }: { kind: Kind; vehicle: Vehicle; onDone: () => void }) {
	const p = usePreferences();
	const refresh = useRefresh();
	const meta = useQuery(metaQuery);
	const history = useQuery(historyQuery(vehicle.id));
	const last = history.data?.odometer;
	const electric = vehicle.decoded.fuel === "Electric" && !vehicle.decoded.fuelSecondary;
	const [date, setDate] = useState(today());
	const [odometer, setOdometer] = useState(
		last && !last.doubted ? distanceValue(last.distance.meters, p) : "",
	);
	const [service, setService] = useState("oil");
	const [text, setText] = useState("");
	const [amount, setAmount] = useState("");
	const [cost, setCost] = useState("");
	const [wrong, setWrong] = useState<string>();

	const read = { value: odometer.replaceAll(",", "").trim(), unit: p.distance, meters: 0 };
	const add = useMutation({
		mutationFn: async () => {
			const paid = cost.trim() === "" ? undefined : parseMoney(cost, p.currency);
			if (kind === "reading") return void (await addReading(vehicle.id, { date, odometer: read } as never));
			const at = read.value === "" ? undefined : read;
			if (kind === "service") {
				const items = [{ kind: service, text: text.trim(), cost: paid }];
				return void (await addService(vehicle.id, { date, odometer: at, items } as never));
			}
			const volume = { value: amount.replaceAll(",", "").trim(), unit: electric ? "kWh" : p.volume };
			return void (await addFuel(vehicle.id, {
				date,
				odometer: at,
				volume,
				cost: paid,
				full: true,
			} as never));
		},
		onSuccess: async () => {
			onDone();
			await refresh();
			notifications.show({ message: `${titles[kind]} saved.` });
		},
	});
	const failure = add.error instanceof Failure ? add.error : undefined;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (cost.trim() !== "" && !parseMoney(cost, p.currency)) return setWrong("Write an amount such as 84.50");
		setWrong(undefined);
		add.mutate();
	};
	const lower =
		last && read.value !== "" && Number(read.value) < Number(distanceValue(last.distance.meters, p));
	return (
		<form onSubmit={submit}>
			<Stack gap="sm">
				{kind === "service" && (
					<>
						<NativeSelect
							label="What was done"
							value={service}
							onChange={(e) => setService(e.currentTarget.value)}
							data={meta.data?.serviceKinds?.map((k) => ({ value: k.kind, label: k.name })) ?? []}
							data-autofocus
						/>
						<TextInput
							label="Details"
							value={text}
							onChange={(e) => setText(e.currentTarget.value)}
							placeholder="optional"
						/>
					</>
				)}
				{kind === "fuel" && (
					<TextInput
						label={electric ? "Energy (kWh)" : `Volume (${p.volume})`}
						value={amount}
						onChange={(e) => setAmount(e.currentTarget.value)}
						inputMode="decimal"
						required
						error={failure?.field("/volume/value")}
						data-autofocus
					/>
				)}
				<TextInput
					type="date"
					label="Date"
					value={date}
					onChange={(e) => setDate(e.currentTarget.value)}
					max={today()}
					required
					error={failure?.field("/date")}
				/>
				<TextInput
					label={`Odometer (${p.distance})`}
					value={odometer}
					onChange={(e) => setOdometer(e.currentTarget.value)}
					inputMode="decimal"
					required={kind === "reading"}
					error={failure?.field("/odometer/value")}
					description={
						lower ? "This is lower than the last reading. It is saved all the same, and marked." : undefined
					}
				/>
				{kind !== "reading" && (
					<TextInput
						label={`Cost (${p.currency})`}
						value={cost}
						onChange={(e) => setCost(e.currentTarget.value)}
						inputMode="decimal"
						placeholder="unknown"
						error={wrong}
					/>
				)}
				{add.error && <FailureNote error={add.error} title="The record was not saved" />}
				<Group justify="flex-end">
					<Button variant="default" onClick={onDone}>
						Cancel
					</Button>
					<Button type="submit" loading={add.isPending}>
						Save
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
