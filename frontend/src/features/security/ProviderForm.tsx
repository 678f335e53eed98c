import {
	ActionIcon,
	Button,
	Checkbox,
	Group,
	NativeSelect,
	PasswordInput,
	Stack,
	TagsInput,
	Text,
	TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ReachPicker } from "../../components/access/ReachPicker";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useShowFault } from "../../hooks/useShowFault";
import { offer } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { everything, rolesQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import {
	type Entry,
	entryOf,
	type GroupRole,
	providersQuery,
	type SignInProvider,
	saveProvider,
} from "./api";
import { m } from "./messages";
import classes from "./security.module.css";

const blank: Entry = {
	name: "",
	issuer: "",
	clientId: "",
	scopes: ["profile", "email", "groups"],
	claim: "groups",
	mapping: [],
	create: false,
	link: false,
	enabled: true,
};

/** Enters a provider, or edits one. Its secret goes in and never comes out. */
export function ProviderForm({ of: p, onDone }: { of?: SignInProvider; onDone: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const roles = useQuery(rolesQuery).data ?? [];
	const [f, setF] = useState<Entry>(p ? entryOf(p) : blank);
	const [secret, setSecret] = useState("");
	const set = (part: Partial<Entry>) => setF((old) => ({ ...old, ...part }));
	const mapping = f.mapping ?? [];
	const map = (i: number, part: Partial<GroupRole>) =>
		set({ mapping: mapping.map((g, at) => (at === i ? { ...g, ...part } : g)) });
	const save = useMutation({
		mutationFn: () => saveProvider(p, { ...f, secret: secret || undefined }),
		onSuccess: async (saved) => {
			await client.invalidateQueries({ queryKey: providersQuery.queryKey });
			offer(say, say(m.saved, { name: saved.name }));
			onDone();
		},
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const at = (pointer: string) => failure?.field(pointer);
	const atField = ["/name", "/issuer", "/clientId", "/secret", "/claim", "/scopes"].some((x) => at(x));
	const form = useShowFault(save.error);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate();
	};
	const text = (k: "name" | "issuer" | "clientId" | "claim") => ({
		value: f[k] ?? "",
		onChange: (e: { currentTarget: { value: string } }) => set({ [k]: e.currentTarget.value }),
		error: at(`/${k}`),
		spellCheck: false,
	});
	return (
		<form ref={form} onSubmit={submit} autoComplete="off">
			<Stack gap="sm">
				<TextInput
					label={say(m.name)}
					placeholder={say(m.nameHint)}
					{...text("name")}
					maxLength={100}
					required
					data-autofocus
				/>
				<TextInput
					label={say(m.issuer)}
					placeholder={say(m.issuerHint)}
					{...text("issuer")}
					type="url"
					maxLength={500}
					required
				/>
				<TextInput label={say(m.client)} {...text("clientId")} maxLength={300} required />
				<PasswordInput
					label={say(m.secret)}
					description={`${say(m.secretAbout)} ${p?.hasSecret ? say(m.secretStays) : ""}`}
					value={secret}
					onChange={(e) => setSecret(e.currentTarget.value)}
					maxLength={4096}
					autoComplete="off"
					visibilityToggleButtonProps={{ "aria-label": say(m.show) }}
					error={at("/secret")}
				/>
				<TagsInput
					label={say(m.scopes)}
					value={f.scopes ?? []}
					onChange={(scopes) => set({ scopes })}
					maxTags={20}
					acceptValueOnBlur
					error={at("/scopes")}
				/>
				<Checkbox
					label={say(m.create)}
					description={say(m.createAbout)}
					checked={f.create}
					onChange={(e) => set({ create: e.currentTarget.checked })}
				/>
				<Checkbox
					label={say(m.link)}
					description={say(m.linkAbout)}
					checked={f.link}
					onChange={(e) => set({ link: e.currentTarget.checked })}
				/>
				<div>
					<Text size="sm" fw={600}>
						{say(m.mapping)}
					</Text>
					<Text size="xs" c="dimmed">
						{say(m.mappingAbout)}
					</Text>
				</div>
				<TextInput label={say(m.claim)} {...text("claim")} maxLength={100} />
				{mapping.map((g, i) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: its place in the list is what it is
					<fieldset key={i} className={classes.mapping} aria-label={say(m.nth, { n: i + 1 })}>
						<Stack gap="xs">
							<Group align="flex-end" gap="xs" wrap="nowrap">
								<TextInput
									label={say(m.group)}
									placeholder={say(m.groupHint)}
									value={g.group}
									onChange={(e) => map(i, { group: e.currentTarget.value })}
									required
									style={{ flex: 1, minWidth: 0 }}
								/>
								<ActionIcon
									variant="subtle"
									color="gray"
									size="lg"
									onClick={() => set({ mapping: mapping.filter((_, at) => at !== i) })}
									aria-label={say(m.removeGroup, { group: g.group })}
								>
									<IconTrash size={18} aria-hidden />
								</ActionIcon>
							</Group>
							<NativeSelect
								label={say(m.roleOf)}
								value={g.role}
								onChange={(e) => map(i, { role: e.currentTarget.value })}
								data={roles.map((r) => ({ value: r.id, label: r.name }))}
							/>
							<ReachPicker value={g.reach} onChange={(reach) => map(i, { reach })} />
						</Stack>
					</fieldset>
				))}
				<Group>
					<Button
						variant="default"
						size="compact-md"
						leftSection={<IconPlus size={16} aria-hidden />}
						onClick={() => set({ mapping: [...mapping, { group: "", role: "viewer", reach: everything }] })}
					>
						{say(m.addGroup)}
					</Button>
				</Group>
				<Checkbox
					label={say(m.on)}
					checked={f.enabled}
					onChange={(e) => set({ enabled: e.currentTarget.checked })}
				/>
				{save.error && !atField && <FailureNote error={save.error} title={say(m.providerNotSaved)} />}
				<FormButtons onCancel={onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}
