import { Group, Modal, NativeSelect, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Changed, isChanged } from "../../components/Changed";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useWrite } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { usePreferences } from "../../lib/queries";
import { stages } from "../../lib/stages";
import { updateVehicle, type Vehicle, vehicleQuery } from "./api";
import { draftOf, type Field, type Fields, fieldNames, fieldsOf, wrongIn } from "./vehicleFields";

/** Where the server's answer names a field. */
const pointers: Partial<Record<Field, string>> = {
	stock: "/stock",
	plate: "/plate",
	location: "/location",
	group: "/group",
	tags: "/tags",
	asking: "/asking",
	paid: "/paid",
	claimedYear: "/claimed/year",
	yearHint: "/yearHint",
};

export function EditVehicle(props: { vehicle: Vehicle; opened: boolean; onClose: () => void }) {
	return (
		<Modal
			opened={props.opened}
			onClose={props.onClose}
			title={`Edit ${props.vehicle.title}`}
			size="lg"
			closeButtonProps={{ "aria-label": "Close" }}
		>
			<Form vehicle={props.vehicle} onDone={props.onClose} />
		</Modal>
	);
}

function Form({ vehicle, onDone }: { vehicle: Vehicle; onDone: () => void }) {
	const p = usePreferences();
	const client = useQueryClient();
	// The version that is edited, and what was typed over it: a newer version can be put underneath.
	const [base, setBase] = useState(vehicle);
	const [typed, setTyped] = useState<Partial<Fields>>({});
	const [wrong, setWrong] = useState<Partial<Fields>>({});
	const kept = fieldsOf(base);
	const [opened] = useState(kept);
	const f = { ...kept, ...typed };
	const currency = { asking: base.asking?.currency ?? p.currency, paid: base.paid?.currency ?? p.currency };

	const save = useWrite({
		write: () => updateVehicle(base, draftOf(base, f, currency)),
		said: (v) => `${v.title} changed.`,
		onDone,
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		const found = wrongIn(f, currency);
		setWrong(found);
		if (Object.keys(found).length === 0) save.mutate(undefined);
	};
	const loadNewer = async () => {
		setBase(await client.fetchQuery({ ...vehicleQuery(vehicle.id), staleTime: 0 }));
		save.reset();
	};
	const field = (
		k: Field,
		more: { label?: string; placeholder?: string; inputMode?: "decimal" | "numeric" } = {},
	) => {
		const pointer = pointers[k];
		// Both sides changed it: what the newer version holds stands beside what was typed.
		const theirs = typed[k] !== undefined && kept[k] !== opened[k] && kept[k] !== typed[k];
		return {
			label: fieldNames[k],
			value: f[k],
			maxLength: 200,
			onChange: (e: { currentTarget: { value: string } }) => {
				const { value } = e.currentTarget;
				setTyped((old) => ({ ...old, [k]: value }));
			},
			error: wrong[k] ?? (pointer && failure?.field(pointer)),
			description: theirs ? `The newer version says: ${kept[k] || "nothing"}` : undefined,
			...more,
		};
	};
	return (
		<form onSubmit={submit} aria-label="Vehicle">
			<Stack gap="md">
				<SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
					<TextInput {...field("stock")} data-autofocus />
					<TextInput {...field("plate")} />
					<NativeSelect {...field("stage")} data={stages} />
					<TextInput {...field("location", { placeholder: "Lot B, row 4" })} />
					<TextInput
						{...field("asking", { label: `Asking price (${currency.asking})`, inputMode: "decimal" })}
					/>
					<TextInput {...field("paid", { label: `Price paid (${currency.paid})`, inputMode: "decimal" })} />
					<TextInput {...field("tags", { placeholder: "separated by commas" })} />
					<TextInput {...field("group")} />
				</SimpleGrid>
				<Group component="fieldset" p={0} m={0} bd={0} display="block">
					<Text component="legend" fw={600} size="sm" p={0}>
						What the seller says
					</Text>
					<Text size="xs" c="dimmed" mb="xs">
						It is kept beside what the VIN says, and compared. Leave out what nobody claims.
					</Text>
					<SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
						<TextInput {...field("claimedYear", { inputMode: "numeric" })} />
						<TextInput {...field("claimedMake")} />
						<TextInput {...field("claimedModel")} />
						<TextInput {...field("claimedTrim")} />
						<TextInput {...field("claimedBody", { placeholder: "pickup, sedan…" })} />
						<TextInput {...field("claimedFuel", { placeholder: "gasoline, diesel…" })} />
						<TextInput {...field("claimedDrive", { placeholder: "4WD, FWD…" })} />
						<TextInput {...field("claimedTransmission", { placeholder: "automatic…" })} />
						<TextInput {...field("claimedSource", { placeholder: "auction sheet, seller…" })} />
					</SimpleGrid>
				</Group>
				<TextInput
					{...field("yearHint", { inputMode: "numeric" })}
					w={{ base: "100%", xs: 220 }}
					placeholder="as the VIN says"
				/>
				{isChanged(save.error) ? (
					<Changed what="vehicle" onLoad={loadNewer} />
				) : (
					save.error && <FailureNote error={save.error} title="The vehicle was not changed" />
				)}
				<FormButtons onCancel={onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}
