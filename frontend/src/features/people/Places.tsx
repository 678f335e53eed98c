import { ActionIcon, Button, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { Part } from "../../components/access/Part";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useOrganisation } from "../../hooks/useOrganisation";
import { Failure } from "../../lib/api";
import { type Organisation, organisationQuery, type Place, type User, usersQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { usedLocationsQuery } from "./api";
import { places as m } from "./messages";
import classes from "./people.module.css";

type Kind = "locations" | "groups";

/** The organisation's name, its locations and its groups. */
export function Places() {
	const say = useSay();
	const q = useQuery(organisationQuery);
	const may = useMay("organisation.manage");
	const users = useQuery({ ...usersQuery, enabled: useMay("users.manage") }).data;
	if (q.error) return <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={240} aria-label={say(m.loading)} />;
	return (
		<Stack gap="md">
			{may ? <Name key={q.data.name} of={q.data} /> : <Text c="dimmed">{say(m.readOnly)}</Text>}
			<SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
				<List kind="locations" of={q.data} may={may} users={users} />
				<List kind="groups" of={q.data} may={may} users={users} />
			</SimpleGrid>
		</Stack>
	);
}

function Name({ of: o }: { of: Organisation }) {
	const say = useSay();
	const [name, setName] = useState(o.name);
	const save = useOrganisation();
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate({ change: (old) => ({ ...old, name }), said: say(m.renamed, { name }) });
	};
	return (
		<Part title={say(m.organisation)}>
			<form onSubmit={submit}>
				<Group align="flex-end" gap="sm" mt="xs">
					<TextInput
						label={say(m.name)}
						value={name}
						onChange={(e) => setName(e.currentTarget.value)}
						maxLength={100}
						required
						style={{ flex: "1 1 220px", maxWidth: 420 }}
					/>
					<Button
						type="submit"
						variant="default"
						disabled={name.trim() === "" || name === o.name}
						loading={save.isPending}
					>
						{say(m.rename)}
					</Button>
				</Group>
				{save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
			</form>
		</Part>
	);
}

const texts = {
	locations: { title: m.locations, about: m.locationsAbout, none: m.noLocations, add: m.addLocation },
	groups: { title: m.groups, about: m.groupsAbout, none: m.noGroups, add: m.addGroup },
};

function List(props: { kind: Kind; of: Organisation; may: boolean; users?: User[] }) {
	const say = useSay();
	const { kind } = props;
	const t = texts[kind];
	const list = props.of[kind];
	const [open, setOpen] = useState<Place | "new">();
	const change = useOrganisation();
	const held = (name: string) =>
		props.users?.filter((u) => u.reach.kind === kind && u.reach.places?.includes(name)).length;
	const close = () => setOpen(undefined);
	return (
		<Part title={say(t.title)} about={say(t.about)}>
			{list.length === 0 && <Text c="dimmed">{say(t.none)}</Text>}
			{list.map((p) => {
				const n = held(p.name);
				return (
					<div key={p.name} className={classes.place}>
						<div>
							<Text fw={600} size="sm">
								{p.name}
							</Text>
							<Text size="sm" c="dimmed">
								{p.about}
							</Text>
							<Group gap="sm">
								{kind === "locations" && (
									<Link
										to="/vehicles"
										search={{ q: `location:"${p.name}"` }}
										className="link"
										aria-label={say(m.vehiclesOf, { name: p.name })}
									>
										<Text span size="xs">
											{say(m.vehicles)}
										</Text>
									</Link>
								)}
								{n !== undefined && (
									<Text size="xs" c="dimmed">
										{say(m.people, { n })}
									</Text>
								)}
							</Group>
						</div>
						{props.may && (
							<Group gap={4} wrap="nowrap">
								<ActionIcon
									variant="subtle"
									color="gray"
									size="lg"
									onClick={() => setOpen(p)}
									aria-label={say(m.editOf, { name: p.name })}
								>
									<IconPencil size={18} aria-hidden />
								</ActionIcon>
								<ActionIcon
									variant="subtle"
									color="gray"
									size="lg"
									loading={change.isPending}
									onClick={() =>
										change.mutate({
											change: (o) => ({ ...o, [kind]: o[kind].filter((x) => x.name !== p.name) }),
											said: say(m.removed, { name: p.name }),
										})
									}
									aria-label={say(m.removeOf, { name: p.name })}
								>
									<IconTrash size={18} aria-hidden />
								</ActionIcon>
							</Group>
						)}
					</div>
				);
			})}
			{props.may && kind === "locations" && (
				<Unlisted
					known={list.map((p) => p.name)}
					onAdd={(name) =>
						change.mutate({
							change: (o) => ({ ...o, locations: [...o.locations, { name }] }),
							said: say(m.added, { name }),
						})
					}
				/>
			)}
			{change.error && <FailureNote error={change.error} title={say(m.notSaved)} />}
			{props.may && (
				<Group mt="sm">
					<Button
						variant="default"
						leftSection={<IconPlus size={16} aria-hidden />}
						onClick={() => setOpen("new")}
					>
						{say(t.add)}
					</Button>
				</Group>
			)}
			<Dialog
				opened={open !== undefined}
				onClose={close}
				title={open && open !== "new" ? say(m.editOf, { name: open.name }) : say(t.add)}
			>
				{open && <PlaceForm kind={kind} of={open === "new" ? undefined : open} onDone={close} />}
			</Dialog>
		</Part>
	);
}

/** Locations that stand on vehicles and not in the list: one click adds one. */
function Unlisted({ known, onAdd }: { known: string[]; onAdd: (name: string) => void }) {
	const say = useSay();
	const used = useQuery({ ...usedLocationsQuery, enabled: useMay("vehicles.read") }).data ?? [];
	const rest = used.filter((u) => !known.some((k) => k.toLowerCase() === u.toLowerCase()));
	if (rest.length === 0) return null;
	return (
		<Group gap="xs" mt="sm">
			<Text size="sm">{say(m.unlisted)}</Text>
			{rest.map((name) => (
				<Button
					key={name}
					size="compact-sm"
					variant="default"
					leftSection={<IconPlus size={14} aria-hidden />}
					onClick={() => onAdd(name)}
					aria-label={say(m.addIt, { name })}
				>
					{name}
				</Button>
			))}
		</Group>
	);
}

function PlaceForm({ kind, of: p, onDone }: { kind: Kind; of?: Place; onDone: () => void }) {
	const say = useSay();
	const [name, setName] = useState(p?.name ?? "");
	const [about, setAbout] = useState(p?.about ?? "");
	const save = useOrganisation();
	const failure = save.error instanceof Failure ? save.error : undefined;
	const wrong = failure?.problem.errors?.find((e) => e.pointer.endsWith("/name"));
	const submit = (e: FormEvent) => {
		e.preventDefault();
		const next: Place = { name: name.trim(), about: about.trim() || undefined };
		save.mutate(
			{
				change: (o) => ({
					...o,
					[kind]: p ? o[kind].map((x) => (x.name === p.name ? next : x)) : [...o[kind], next],
				}),
				said: say(p ? m.changed : m.added, { name: next.name }),
			},
			{ onSuccess: onDone },
		);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="sm">
				<TextInput
					label={say(m.placeName)}
					description={p ? say(m.keepsName) : undefined}
					value={name}
					onChange={(e) => setName(e.currentTarget.value)}
					maxLength={100}
					required
					error={wrong && failure?.field(wrong.pointer)}
					data-autofocus
				/>
				<TextInput
					label={say(m.placeAbout)}
					placeholder={say(m.aboutHint)}
					value={about}
					onChange={(e) => setAbout(e.currentTarget.value)}
					maxLength={300}
				/>
				{save.error && !wrong && <FailureNote error={save.error} title={say(m.notSaved)} />}
				<FormButtons onCancel={onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}
