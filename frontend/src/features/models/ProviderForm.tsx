import { Checkbox, PasswordInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { Failure } from "../../lib/api";
import { useSay } from "../../lib/say";
import { entryOf, type Provider, type ProviderEntry, saveProvider } from "./api";
import { providers as m } from "./messages";

/** Where a provider is and how it is entered. Its key goes in and never comes out. */
export function ProviderForm({ of: p, onDone }: { of?: Provider; onDone: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const [f, setF] = useState<ProviderEntry>(
		p ? entryOf(p) : { name: "", kind: "ollama", url: "", models: [], enabled: false },
	);
	const [key, setKey] = useState("");
	const [drop, setDrop] = useState(false);
	const set = (part: Partial<ProviderEntry>) => setF((old) => ({ ...old, ...part }));
	const save = useMutation({
		mutationFn: () => saveProvider(p, { ...f, key: drop ? "" : key.trim() || undefined }),
		onSuccess: async () => {
			await Promise.all(
				[["providers"], ["engines"]].map((queryKey) => client.invalidateQueries({ queryKey })),
			);
			notifications.show({ message: say(m.saved, { name: f.name }), autoClose: 4_000 });
			onDone();
		},
	});
	const failure = save.error instanceof Failure ? save.error : undefined;
	const atField = ["/name", "/url", "/key", "/kind"].some((x) => failure?.field(x));
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate();
	};
	return (
		<form onSubmit={submit} autoComplete="off">
			<Stack gap="sm">
				<SegmentedControl
					aria-label={say(m.kind)}
					value={f.kind}
					onChange={(kind) => set({ kind: kind as ProviderEntry["kind"] })}
					data={[
						{ value: "ollama", label: say(m.ollama) },
						{ value: "openai", label: say(m.openai) },
					]}
				/>
				<TextInput
					label={say(m.name)}
					placeholder={say(m.nameHint)}
					value={f.name}
					onChange={(e) => set({ name: e.currentTarget.value })}
					maxLength={80}
					required
					error={failure?.field("/name")}
					data-autofocus
				/>
				<TextInput
					label={say(m.url)}
					placeholder={say(f.kind === "ollama" ? m.urlOllama : m.urlOpenai)}
					value={f.url}
					onChange={(e) => set({ url: e.currentTarget.value })}
					type="url"
					maxLength={500}
					required
					spellCheck={false}
					error={failure?.field("/url")}
				/>
				<PasswordInput
					label={say(m.key)}
					description={`${say(m.keyAbout)} ${say(p?.hasKey ? m.keyKept : m.keyNone)}`}
					value={key}
					onChange={(e) => setKey(e.currentTarget.value)}
					maxLength={4096}
					disabled={drop}
					autoComplete="off"
					visibilityToggleButtonProps={{ "aria-label": say(m.show) }}
					error={failure?.field("/key")}
				/>
				{p?.hasKey && (
					<Checkbox
						label={say(m.removeKey)}
						checked={drop}
						onChange={(e) => setDrop(e.currentTarget.checked)}
					/>
				)}
				{save.error && !atField && <FailureNote error={save.error} title={say(m.notSaved)} />}
				<Text size="xs" c="dimmed">
					{say(m.nothingSent)}
				</Text>
				<FormButtons onCancel={onDone} saving={save.isPending} />
			</Stack>
		</form>
	);
}
