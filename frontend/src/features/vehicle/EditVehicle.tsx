import { Autocomplete, Group, Modal, NativeSelect, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Changed, isChanged } from "../../components/Changed";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useWrite } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { organisationQuery, usersQuery } from "../../lib/people";
import { usePreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { stageName, stages } from "../../lib/stages";
import { updateVehicle, type Vehicle, vehicleQuery } from "./api";
import { form as m, m as page } from "./messages";
import { OwnFields } from "./OwnFields";
import {
	dayFields,
	draftOf,
	type Field,
	type Fields,
	fieldsOf,
	type OwnField,
	ownFieldsOf,
	wrongIn,
} from "./vehicleFields";

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
	color: "/color",
	soldFor: "/soldFor",
	onSeen: "/reached/seen",
	onBought: "/reached/bought",
	onInWork: "/reached/in_work",
	onListed: "/reached/listed",
	onSold: "/reached/sold",
	yearHint: "/yearHint",
};

export function EditVehicle(props: { vehicle: Vehicle; opened: boolean; onClose: () => void }) {
	const say = useSay();
	return (
		<Modal
			opened={props.opened}
			onClose={props.onClose}
			title={say(m.title, { title: props.vehicle.title })}
			size="lg"
			closeButtonProps={{ "aria-label": say(page.close) }}
		>
			<Form vehicle={props.vehicle} onDone={props.onClose} />
		</Modal>
	);
}

function Form({ vehicle, onDone }: { vehicle: Vehicle; onDone: () => void }) {
	const say = useSay();
	const p = usePreferences();
	const client = useQueryClient();
	// The version that is edited, and what was typed over it: a newer version can be put underneath.
	const [base, setBase] = useState(vehicle);
	const [typed, setTyped] = useState<Partial<Fields>>({});
	const [typedOwn, setOwn] = useState<OwnField[]>();
	const [wrong, setWrong] = useState<Partial<Fields>>({});
	const kept = fieldsOf(base, say);
	const [opened] = useState(kept);
	const f = { ...kept, ...typed };
	const own = typedOwn ?? ownFieldsOf(base);
	const at = stages.findIndex((x) => x === f.stage);
	const currency = {
		asking: base.asking?.currency ?? p.currency,
		paid: base.paid?.currency ?? p.currency,
		soldFor: base.soldFor?.currency ?? p.currency,
	};

	const shows = { costs: useMay("costs.read"), owner: useMay("users.manage") };
	const places = useQuery(organisationQuery).data;
	const users = useQuery({ ...usersQuery, enabled: shows.owner }).data;
	const owners = [
		{ value: "", label: say(m.nobody) },
		...(users ?? []).map((u) => ({ value: u.id, label: u.name })),
		// Whoever has no account any more goes on to own it until somebody else does.
		...(f.owner && users && !users.some((u) => u.id === f.owner) ? [{ value: f.owner, label: f.owner }] : []),
	];

	const save = useWrite({
		write: () =>
			updateVehicle(
				base,
				draftOf(base, f, currency, say, { ...shows, owner: shows.owner && users !== undefined }, own),
			),
		said: (v) => say(m.changed, { title: v.title }),
		onDone,
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		const found = wrongIn(f, currency, say);
		setWrong(found);
		if (Object.keys(found).length === 0) save.mutate(undefined);
	};
	const loadNewer = async () => {
		setBase(await client.fetchQuery({ ...vehicleQuery(vehicle.id), staleTime: 0 }));
		save.reset();
	};
	const field = (
		k: Field,
		more: { label?: string; placeholder?: string; inputMode?: "decimal" | "numeric"; type?: "date" } = {},
	) => {
		const pointer = pointers[k];
		// Both sides changed it: what the newer version holds stands beside what was typed.
		const theirs = typed[k] !== undefined && kept[k] !== opened[k] && kept[k] !== typed[k];
		return {
			label: say(m[k]),
			value: f[k],
			maxLength: 200,
			onChange: (e: { currentTarget: { value: string } }) => {
				const { value } = e.currentTarget;
				setTyped((old) => ({ ...old, [k]: value }));
			},
			error: wrong[k] ?? (pointer && failure?.field(pointer)),
			description: theirs ? say(kept[k] ? m.newerSays : m.newerNothing, { value: kept[k] }) : undefined,
			...more,
		};
	};
	const place = (k: "location" | "group", known: string[] | undefined, placeholder?: string) => {
		const { onChange: _, ...rest } = field(k, { placeholder });
		return (
			<Autocomplete
				{...rest}
				data={[...new Set(known)]}
				onChange={(value) => setTyped((old) => ({ ...old, [k]: value }))}
			/>
		);
	};
	return (
		<form onSubmit={submit} aria-label={say(m.vehicle)}>
			<Stack gap="md">
				<SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
					<TextInput {...field("stock")} data-autofocus />
					<TextInput {...field("plate")} />
					<NativeSelect
						{...field("stage")}
						data={stages.map((value) => ({ value, label: stageName(value, say) }))}
					/>
					{place(
						"location",
						places?.locations.map((l) => l.name),
						say(m.locationHint),
					)}
					<TextInput
						{...field("asking", {
							label: say(m.askingIn, { currency: currency.asking }),
							inputMode: "decimal",
						})}
					/>
					{shows.costs && (
						<TextInput
							{...field("paid", { label: say(m.paidIn, { currency: currency.paid }), inputMode: "decimal" })}
						/>
					)}
					{shows.costs && f.stage === "sold" && (
						<TextInput
							{...field("soldFor", {
								label: say(m.soldForIn, { currency: currency.soldFor }),
								inputMode: "decimal",
							})}
						/>
					)}
					<TextInput {...field("color")} />
					<TextInput {...field("tags", { placeholder: say(m.tagsHint) })} />
					{place(
						"group",
						places?.groups.map((g) => g.name),
					)}
					{shows.owner && users && <NativeSelect {...field("owner")} data={owners} />}
				</SimpleGrid>
				<Group component="fieldset" p={0} m={0} bd={0} display="block">
					<Text component="legend" fw={600} size="sm" p={0}>
						{say(m.days)}
					</Text>
					<Text size="xs" c="dimmed" mb="xs">
						{say(m.daysAbout)}
					</Text>
					<SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
						{dayFields.slice(0, at + 1).map((k) => (
							<TextInput key={k} {...field(k, { type: "date" })} />
						))}
					</SimpleGrid>
				</Group>
				<OwnFields of={own} onChange={setOwn} error={failure?.field("/fields")} />
				<Group component="fieldset" p={0} m={0} bd={0} display="block">
					<Text component="legend" fw={600} size="sm" p={0}>
						{say(m.sellerSays)}
					</Text>
					<Text size="xs" c="dimmed" mb="xs">
						{say(m.sellerAbout)}
					</Text>
					<SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
						<TextInput {...field("claimedYear", { inputMode: "numeric" })} />
						<TextInput {...field("claimedMake")} />
						<TextInput {...field("claimedModel")} />
						<TextInput {...field("claimedSeries")} />
						<TextInput {...field("claimedTrim")} />
						<TextInput {...field("claimedBody", { placeholder: say(m.bodyHint) })} />
						<TextInput {...field("claimedFuel", { placeholder: say(m.fuelHint) })} />
						<TextInput {...field("claimedDrive", { placeholder: say(m.driveHint) })} />
						<TextInput {...field("claimedTransmission", { placeholder: say(m.transmissionHint) })} />
						<TextInput {...field("claimedCylinders")} />
						<TextInput {...field("claimedDisplacement")} />
						<TextInput {...field("claimedDoors")} />
						<TextInput {...field("claimedGvwr")} />
						<TextInput {...field("claimedSource", { placeholder: say(m.sourceHint) })} />
					</SimpleGrid>
				</Group>
				<TextInput
					{...field("yearHint", { inputMode: "numeric" })}
					w={{ base: "100%", xs: 220 }}
					placeholder={say(m.yearHintHint)}
				/>
				{isChanged(save.error) ? (
					<Changed what="vehicle" onLoad={loadNewer} />
				) : (
					save.error && <FailureNote error={save.error} title={say(m.failed)} />
				)}
				<FormButtons onCancel={onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}
