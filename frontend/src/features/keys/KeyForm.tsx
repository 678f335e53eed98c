import {
	Button,
	Checkbox,
	Group,
	NativeSelect,
	NumberInput,
	SimpleGrid,
	Stack,
	TagsInput,
	Text,
	TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { ReachPicker } from "../../components/access/ReachPicker";
import { byGroup, capital, groupName, reachWords } from "../../components/access/words";
import { FailureNote } from "../../components/FailureNote";
import { useShowFault } from "../../hooks/useShowFault";
import { Failure } from "../../lib/api";
import {
	addUser,
	everything,
	permissionsQuery,
	type Reach,
	rolesQuery,
	type User,
	usersQuery,
} from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay, useSession } from "../../lib/session";
import { addKey, type KeyDraft, type NewKey } from "./api";
import { Made } from "./Made";
import { m } from "./messages";
import { loginOf } from "./words";

const dayMS = 24 * 60 * 60 * 1000;
const expiries = [30, 90, 365, 0];
/** What a key of one's own begins with. */
const reads = ["vehicles.read", "vin.decode"];
/** A program that has no account yet. */
const fresh = "new";

/** Makes a key, and shows it this once. */
export function KeyDialog(props: { opened: boolean; onClose: () => void; user?: string }) {
	const say = useSay();
	const [made, setMade] = useState<NewKey>();
	const close = () => {
		setMade(undefined);
		props.onClose();
	};
	return (
		<Dialog
			opened={props.opened}
			onClose={close}
			title={made ? say(m.madeTitle, { name: made.key.name }) : say(m.newTitle)}
			size="xl"
		>
			{made ? <Made of={made} onDone={close} /> : <Form onDone={close} onMade={setMade} user={props.user} />}
		</Dialog>
	);
}

function Form(props: { onDone: () => void; onMade: (k: NewKey) => void; user?: string }) {
	const say = useSay();
	const client = useQueryClient();
	const session = useSession();
	const [manages, addsUsers, ownKeys] = [useMay("keys.manage"), useMay("users.manage"), useMay("keys.own")];
	const accounts = useQuery({ ...usersQuery, enabled: manages && addsUsers }).data ?? [];
	const roles = useQuery(rolesQuery).data ?? [];
	const words = useQuery(permissionsQuery).data ?? [];
	const programs = accounts.filter((u) => (u.kind === "service" || u.id === props.user) && !u.disabled);
	const me = session?.user && (ownKeys || manages) ? session.user : undefined;
	const choices = [
		...programs.map((u) => ({ value: u.id, label: u.name })),
		...(me && !programs.some((u) => u.id === me.id) ? [{ value: me.id, label: say(m.mine) }] : []),
		...(manages && addsUsers ? [{ value: fresh, label: say(m.newProgram) }] : []),
	];
	const [chosen, setChosen] = useState(props.user ?? "");
	const whose = choices.some((c) => c.value === chosen) ? chosen : (choices[0]?.value ?? "");
	const [program, setProgram] = useState("");
	const [roleId, setRole] = useState("integration");
	const [programReach, setProgramReach] = useState<Reach>(everything);
	const account = accounts.find((u) => u.id === whose);
	const role = roles.find((r) => r.id === (whose === fresh ? roleId : (account?.role ?? me?.role)));
	const [name, setName] = useState("");
	const [picked, setPicked] = useState<string[]>();
	const holds = role?.permissions.filter((p) => p !== "keys.own" && p !== "keys.manage") ?? [];
	// A key of a person begins with little; a program has no more than it needs by its role.
	const begins: string[] = me && whose === me.id ? reads : holds;
	const permissions = (picked ?? begins).filter((p) => holds.includes(p as never));
	const [days, setDays] = useState(90);
	const [addresses, setAddresses] = useState<string[]>([]);
	const [rate, setRate] = useState<number | string>("");
	const [narrow, setNarrow] = useState<Reach>();
	const accountReach = whose === fresh ? programReach : (account?.reach ?? session?.reach ?? everything);

	const make = useMutation({
		mutationFn: async () => {
			let user = whose;
			if (whose === fresh) {
				const login = loginOf(program);
				const made = await addUser({
					kind: "service",
					login,
					name: program,
					role: roleId,
					reach: programReach,
				});
				// Were the key refused, the next try is for this account.
				client.setQueryData<User[]>(usersQuery.queryKey, (old) => old && [...old, made]);
				setChosen(made.id);
				user = made.id;
			}
			return addKey({
				user,
				name: name.trim() || program.trim(),
				permissions: permissions as KeyDraft["permissions"],
				reach: narrow,
				addresses: addresses.length > 0 ? addresses : undefined,
				rate: Number(rate) || undefined,
				expires: days > 0 ? new Date(Date.now() + days * dayMS).toISOString() : undefined,
			});
		},
		onSuccess: props.onMade,
		onSettled: () =>
			Promise.all([["keys"], ["users"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
	});
	const failure = make.error instanceof Failure ? make.error : undefined;
	const wrongAddress = failure?.problem.errors?.find((e) => e.pointer.startsWith("/addresses"));
	const atField = failure?.field("/name") ?? failure?.field("/login") ?? wrongAddress;
	const form = useShowFault(make.error);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		make.mutate();
	};
	if (choices.length === 0) return <Text>{say(m.noProgram)}</Text>;
	return (
		<form ref={form} onSubmit={submit} autoComplete="off">
			<SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
				<Stack gap="sm">
					<NativeSelect
						label={say(m.whose)}
						value={whose}
						data={choices}
						onChange={(e) => {
							setChosen(e.currentTarget.value);
							setPicked(undefined);
							setNarrow(undefined);
						}}
						data-autofocus
					/>
					{whose === fresh && (
						<>
							<TextInput
								label={say(m.program)}
								placeholder={say(m.programHint)}
								value={program}
								onChange={(e) => setProgram(e.currentTarget.value)}
								maxLength={100}
								required
								error={failure?.field("/login")}
							/>
							<NativeSelect
								label={say(m.role)}
								description={role?.about}
								value={roleId}
								data={roles.map((r) => ({ value: r.id, label: r.name }))}
								onChange={(e) => {
									setRole(e.currentTarget.value);
									setPicked(undefined);
								}}
							/>
							<ReachPicker value={programReach} onChange={setProgramReach} />
						</>
					)}
					<TextInput
						label={say(m.keyName)}
						placeholder={whose === fresh && program ? program : say(m.keyNameHint)}
						value={name}
						onChange={(e) => setName(e.currentTarget.value)}
						maxLength={60}
						required={whose !== fresh}
						error={failure?.field("/name")}
					/>
					<NativeSelect
						label={say(m.expiry)}
						value={days}
						onChange={(e) => setDays(Number(e.currentTarget.value))}
						data={expiries.map((n) => ({
							value: String(n),
							label: n === 0 ? say(m.noExpiry) : n === 365 ? say(m.year) : say(m.days, { n }),
						}))}
					/>
					<TagsInput
						label={say(m.addresses)}
						description={say(m.addressesAbout)}
						placeholder={addresses.length === 0 ? say(m.addressesHint) : undefined}
						value={addresses}
						onChange={setAddresses}
						acceptValueOnBlur
						maxTags={50}
						error={wrongAddress && failure?.field(wrongAddress.pointer)}
					/>
					<NumberInput
						label={say(m.rateLabel)}
						description={say(m.rateAbout)}
						value={rate}
						onChange={setRate}
						min={1}
						max={100_000}
						allowDecimal={false}
						hideControls
					/>
				</Stack>
				<Stack gap="sm">
					<Checkbox.Group
						label={say(m.permissions)}
						description={say(m.permissionsAbout)}
						value={permissions}
						onChange={setPicked}
					>
						<Stack gap="sm" mt="xs">
							{byGroup(words.filter((d) => holds.includes(d.permission as never))).map(([g, list]) => (
								<Stack key={g} gap={6}>
									<Text size="sm" fw={600}>
										{groupName(g, say)}
									</Text>
									{list.map((d) => (
										<Checkbox key={d.permission} value={d.permission} label={capital(d.may)} />
									))}
								</Stack>
							))}
						</Stack>
					</Checkbox.Group>
					<Checkbox
						label={say(m.reachNarrow)}
						description={say(m.reachSame, { reach: reachWords(accountReach, say) })}
						checked={narrow !== undefined}
						onChange={(e) => setNarrow(e.currentTarget.checked ? accountReach : undefined)}
					/>
					{narrow && <ReachPicker value={narrow} onChange={setNarrow} error={failure?.field("/reach")} />}
				</Stack>
			</SimpleGrid>
			<Stack gap="sm" mt="md">
				{make.error && !atField && <FailureNote error={make.error} title={say(m.notMade)} />}
				<Group justify="flex-end">
					<Button variant="default" onClick={props.onDone}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={make.isPending} disabled={permissions.length === 0}>
						{say(m.make)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
