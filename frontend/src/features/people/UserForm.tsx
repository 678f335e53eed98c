import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { Preview } from "../../components/access/Preview";
import { ReachPicker } from "../../components/access/ReachPicker";
import { FailureNote } from "../../components/FailureNote";
import { useShowFault } from "../../hooks/useShowFault";
import { offer } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { addUser, everything, rolesQuery, type User, usersQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { draftOf, setUser, type UserDraft } from "./api";
import { users as m, m as page } from "./messages";

/** Adds an account, or edits the one that is given. */
export function UserDialog(props: {
	opened: boolean;
	of?: User;
	onClose: () => void;
	onAdded: (u: User) => void;
}) {
	const say = useSay();
	const { of: u } = props;
	return (
		<Dialog
			opened={props.opened}
			onClose={props.onClose}
			title={u ? say(m.editTitle, { name: u.name }) : say(m.addTitle)}
			size="xl"
		>
			<Form key={u?.id ?? ""} of={u} onDone={props.onClose} onAdded={props.onAdded} />
		</Dialog>
	);
}

function Form(props: { of?: User; onDone: () => void; onAdded: (u: User) => void }) {
	const say = useSay();
	const client = useQueryClient();
	// The version that is edited: a refetch must not reach into the form.
	const [base, setBase] = useState(props.of);
	const [f, setF] = useState<UserDraft>(
		base ? draftOf(base) : { login: "", name: "", role: "sales", reach: everything },
	);
	const roles = useQuery(rolesQuery).data ?? [];
	const set = (part: Partial<UserDraft>) => setF((old) => ({ ...old, ...part }));
	const save = useMutation({
		mutationFn: () => (base ? setUser(base, f) : addUser(f)),
		onSuccess: (u) => {
			client.setQueryData<User[]>(usersQuery.queryKey, (old) =>
				base ? old?.map((x) => (x.id === u.id ? { ...u, seen: x.seen } : x)) : old && [...old, u],
			);
			if (!base) return props.onAdded(u);
			const before = draftOf(base);
			offer(say, say(m.saved, { name: u.name }), async () => {
				await setUser(u, before);
				await client.invalidateQueries({ queryKey: usersQuery.queryKey });
			});
			props.onDone();
		},
		onSettled: () => client.invalidateQueries({ queryKey: usersQuery.queryKey }),
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const at = (...pointers: string[]) => pointers.map((p) => failure?.field(p)).find(Boolean);
	const atField = at("/login", "/name", "/role", "/reach/places", "/reach/kind") !== undefined;
	const stale = failure !== undefined && [409, 412].includes(failure.status) && !atField;
	const form = useShowFault(save.error);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate();
	};
	const newer = async () => {
		const list = await client.fetchQuery({ ...usersQuery, staleTime: 0 });
		setBase(list.find((u) => u.id === base?.id));
		save.reset();
	};
	const [own, ready] = [roles.filter((r) => !r.template), roles.filter((r) => r.template)];
	const options = (list: typeof roles) => list.map((r) => ({ value: r.id, label: r.name }));
	const role = roles.find((r) => r.id === f.role);
	return (
		<form ref={form} onSubmit={submit} autoComplete="off">
			<SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
				<Stack gap="sm">
					<TextInput
						label={say(m.name)}
						placeholder={say(m.nameHint)}
						value={f.name}
						onChange={(e) => set({ name: e.currentTarget.value })}
						maxLength={100}
						required
						error={at("/name")}
						data-autofocus
					/>
					<TextInput
						label={say(m.login)}
						description={say(m.loginAbout)}
						value={f.login}
						onChange={(e) => set({ login: e.currentTarget.value })}
						minLength={2}
						maxLength={100}
						required
						spellCheck={false}
						autoCapitalize="none"
						error={at("/login")}
					/>
					<NativeSelect
						label={say(m.role)}
						description={role?.about}
						value={f.role}
						onChange={(e) => set({ role: e.currentTarget.value })}
						data={
							own.length === 0
								? options(ready)
								: [
										{ group: say(m.own), items: options(own) },
										{ group: say(m.ready), items: options(ready) },
									]
						}
						error={at("/role")}
					/>
					<ReachPicker
						value={f.reach}
						onChange={(reach) => set({ reach })}
						error={at("/reach/places", "/reach/kind")}
					/>
				</Stack>
				<Preview permissions={role?.permissions ?? []} reach={f.reach} />
			</SimpleGrid>
			<Stack gap="sm" mt="md">
				{stale && base ? (
					<Group gap="sm" role="alert">
						<Text size="sm">{say(m.changedMeanwhile)}</Text>
						<Button size="compact-sm" variant="default" onClick={() => void newer()}>
							{say(m.loadNewer)}
						</Button>
					</Group>
				) : (
					save.error && !atField && <FailureNote error={save.error} title={say(m.notSaved)} />
				)}
				<Group justify="flex-end">
					<Button variant="default" onClick={props.onDone}>
						{say(page.cancel)}
					</Button>
					<Button type="submit" loading={save.isPending}>
						{say(base ? page.save : m.saveNew)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
