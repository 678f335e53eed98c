import { Checkbox, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Preview } from "../../components/access/Preview";
import { ReachPicker } from "../../components/access/ReachPicker";
import { byGroup, capital, groupName } from "../../components/access/words";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useShowFault } from "../../hooks/useShowFault";
import { offer } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import {
	type Described,
	everything,
	permissionsQuery,
	type Reach,
	type Role,
	rolesQuery,
	usersQuery,
} from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type RoleDraft, saveRole } from "./api";
import { roles as m } from "./messages";
import classes from "./people.module.css";

/** Makes a role, perhaps like another one, or edits one. */
export function RoleForm({ of: r, like, onDone }: { of?: Role; like?: Role; onDone: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const words = useQuery(permissionsQuery).data ?? [];
	const users = useQuery({ ...usersQuery, enabled: useMay("users.manage") }).data;
	const from = r ?? like;
	const [name, setName] = useState(r ? r.name : like ? say(m.copyName, { name: like.name }) : "");
	const [about, setAbout] = useState(from?.about ?? "");
	const [picked, setPicked] = useState<string[]>(from?.permissions ?? ["vehicles.read"]);
	const [reach, setReach] = useState<Reach>(everything);
	const ordered = words.map((d) => d.permission).filter((p) => picked.includes(p));
	const again = () => client.invalidateQueries({ queryKey: rolesQuery.queryKey });
	const save = useMutation({
		mutationFn: () =>
			saveRole(r?.id, { name, about: about || undefined, permissions: ordered as RoleDraft["permissions"] }),
		onSuccess: async (saved) => {
			await again();
			const back = async () => {
				if (!r) return;
				await saveRole(r.id, { name: r.name, about: r.about, permissions: r.permissions });
				await again();
			};
			offer(say, say(m.saved, { name: saved.name }), r ? back : undefined);
			onDone();
		},
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const at = (p: string) => failure?.field(p);
	const atField = at("/name") ?? at("/about");
	const have = users?.filter((u) => r && u.role === r.id).length ?? 0;
	const form = useShowFault(save.error);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate();
	};
	return (
		<form ref={form} onSubmit={submit} autoComplete="off">
			<SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
				<Stack gap="sm">
					<TextInput
						label={say(m.name)}
						value={name}
						onChange={(e) => setName(e.currentTarget.value)}
						maxLength={60}
						required
						error={at("/name")}
						data-autofocus
					/>
					<Textarea
						label={say(m.aboutLabel)}
						value={about}
						onChange={(e) => setAbout(e.currentTarget.value)}
						maxLength={300}
						autosize
						minRows={1}
						error={at("/about")}
					/>
					{byGroup(words).map(([g, list]) => (
						<Group key={g} name={groupName(g, say)} of={list} picked={picked} onPick={setPicked} />
					))}
				</Stack>
				<Stack gap="sm">
					<ReachPicker label={say(m.previewFor)} value={reach} onChange={setReach} />
					<Preview permissions={ordered} reach={reach} />
					{have > 0 && <Text size="sm">{say(m.feel, { n: have })}</Text>}
				</Stack>
			</SimpleGrid>
			<Stack gap="sm" mt="md">
				{save.error && !atField && <FailureNote error={save.error} title={say(m.notSaved)} />}
				<FormButtons onCancel={onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}

function Group(props: { name: string; of: Described[]; picked: string[]; onPick: (next: string[]) => void }) {
	const say = useSay();
	const ids = props.of.map((d) => d.permission as string);
	const on = ids.filter((p) => props.picked.includes(p)).length;
	const rest = props.picked.filter((p) => !ids.includes(p));
	return (
		<fieldset className={classes.group}>
			<legend>{props.name}</legend>
			<Stack gap={6}>
				{ids.length > 2 && (
					<Checkbox
						label={say(m.all)}
						aria-label={say(m.allOf, { group: props.name })}
						checked={on === ids.length}
						indeterminate={on > 0 && on < ids.length}
						onChange={() => props.onPick(on === ids.length ? rest : [...rest, ...ids])}
					/>
				)}
				{props.of.map((d) => (
					<Checkbox
						key={d.permission}
						label={capital(d.may)}
						checked={props.picked.includes(d.permission)}
						onChange={(e) =>
							props.onPick(
								e.currentTarget.checked
									? [...props.picked, d.permission]
									: props.picked.filter((p) => p !== d.permission),
							)
						}
					/>
				))}
			</Stack>
		</fieldset>
	);
}
