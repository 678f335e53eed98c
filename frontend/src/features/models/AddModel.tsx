import { Alert, Button, Card, Code, Group, Progress, Stack, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconInfoCircle, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { ChooseFile } from "../../components/ChooseFile";
import { FailureNote } from "../../components/FailureNote";
import { bytes } from "../../lib/bytes";
import { useSay } from "../../lib/say";
import { pull, registryQuery, upload } from "./api";
import { m } from "./messages";

/** Brings a model in: a file of this computer, or by its name from a registry. */
export function AddModel() {
	const say = useSay();
	return (
		<Card withBorder component="section" aria-label={say(m.add)} padding="md">
			<Title order={2} size="h4">
				{say(m.add)}
			</Title>
			<Text size="sm" c="dimmed" mb="sm">
				{say(m.addAbout)}
			</Text>
			<Stack gap="md">
				<Import />
				<Pull />
			</Stack>
		</Card>
	);
}

function Import() {
	const say = useSay();
	const client = useQueryClient();
	const [sent, setSent] = useState(0);
	const [file, setFile] = useState<File>();
	const running = useRef<AbortController>(undefined);
	const add = useMutation({
		mutationFn: (f: File) => {
			running.current = new AbortController();
			setSent(0);
			setFile(f);
			return upload(f, setSent, running.current.signal);
		},
		onSettled: () =>
			Promise.all([["models"], ["engines"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
	});
	useEffect(() => () => running.current?.abort(), []);
	const cancelled = add.error?.name === "AbortError";
	return (
		<div>
			<ChooseFile onFile={(f) => add.mutate(f)} accept=".gguf">
				{(p) => (
					<Button {...p} leftSection={<IconUpload size={16} aria-hidden />} disabled={add.isPending}>
						{say(m.choose)}
					</Button>
				)}
			</ChooseFile>
			{add.isPending && file && (
				<Stack gap={6} mt="sm">
					<Text size="sm" role="status">
						{sent < file.size
							? say(m.sending, { file: file.name, done: bytes(sent, say), total: bytes(file.size, say) })
							: say(m.checkingFile, { file: file.name })}
					</Text>
					<Group wrap="nowrap">
						<Progress
							flex={1}
							value={file.size > 0 ? (100 * sent) / file.size : 0}
							animated={sent >= file.size}
							aria-label={say(m.progress, { file: file.name })}
						/>
						<Button size="compact-sm" variant="default" onClick={() => running.current?.abort()}>
							{say(m.cancel)}
						</Button>
					</Group>
				</Stack>
			)}
			<output>
				{cancelled && (
					<Text size="sm" mt="sm">
						{say(m.cancelled)}
					</Text>
				)}
				{add.data && (
					<Text size="sm" mt="sm">
						{say(add.data.already ? m.already : m.added, { title: add.data.title })}
					</Text>
				)}
			</output>
			{add.error && !cancelled && (
				<Stack mt="sm">
					<FailureNote error={add.error} title={say(m.notAdded)} />
				</Stack>
			)}
		</div>
	);
}

/** Starts the fetch of a model as a job. */
export function usePull() {
	const say = useSay();
	return useMutation({
		mutationFn: (name: string) => pull(name),
		onSuccess: (_, name) => notifications.show({ message: say(m.pullStarted, { name }), autoClose: 6_000 }),
	});
}

function Pull() {
	const say = useSay();
	const registry = useQuery(registryQuery);
	const [name, setName] = useState("");
	const act = usePull();
	if (registry.data && registry.data.value === "")
		return (
			<Alert color="gray" icon={<IconInfoCircle aria-hidden />} title={say(m.noRegistry)}>
				<Text size="sm">
					{say.rich(m.noRegistryAbout, { env: registry.data.env, code: (c) => <Code>{c}</Code> })}
				</Text>
			</Alert>
		);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (name.trim()) act.mutate(name.trim());
	};
	return (
		<form onSubmit={submit}>
			<Group align="flex-end" gap="xs">
				<TextInput
					label={say(m.pullName)}
					placeholder={say(m.pullHint)}
					value={name}
					onChange={(e) => setName(e.currentTarget.value)}
					maxLength={200}
					autoComplete="off"
					spellCheck={false}
				/>
				<Button type="submit" variant="default" disabled={name.trim() === ""} loading={act.isPending}>
					{say(m.pull)}
				</Button>
			</Group>
			{act.error && <FailureNote error={act.error} title={say(m.notPulled)} />}
		</form>
	);
}
