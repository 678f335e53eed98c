import { Anchor, Button, Group, Modal, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { CodeField } from "../components/CodeField";
import { FailureNote } from "../components/FailureNote";
import { PasswordField } from "../components/PasswordField";
import { useWait } from "../hooks/useWait";
import { api, data, Failure } from "../lib/api";
import { confirmation, useConfirmation } from "../lib/confirm";
import { gaveUp, passkeysKnown, showPasskey } from "../lib/passkeys";
import { useSay } from "../lib/say";
import { type Session, sessionQuery, signOut } from "../lib/session";
import { confirmText as m } from "./messages";

/** Asks who sends something that can't be taken back to prove who they are; then it is sent. */
export function Confirm() {
	const say = useSay();
	const opened = useConfirmation();
	return (
		<Modal
			opened={opened}
			onClose={() => confirmation.settle(false)}
			title={say(m.title)}
			size="sm"
			// It is asked for from within other dialogs, and stands over them.
			zIndex={400}
			closeButtonProps={{ "aria-label": say(m.cancel) }}
		>
			{opened && <Methods />}
		</Modal>
	);
}

const words = { password: m.usePassword, passkey: m.usePasskey, totp: m.useApp, code: m.useCode } as const;
type Method = keyof typeof words;

function Methods() {
	const say = useSay();
	const session = useQuery({ ...sessionQuery, staleTime: 0 });
	const client = useQueryClient();
	if (!session.data) return <Skeleton h={120} aria-label={say(m.title)} />;
	const ways = (Object.keys(words) as Method[]).filter(
		(w) => session.data.confirmBy.includes(w) && (w !== "passkey" || passkeysKnown()),
	);
	const [first] = ways;
	if (first) return <Proof session={session.data} ways={ways} first={first} />;
	return (
		<Stack gap="md">
			<Text size="sm">{say(m.none)}</Text>
			<Group justify="flex-end">
				<Button
					onClick={async () => {
						confirmation.settle(false);
						await signOut(client);
					}}
				>
					{say(m.signInAgain)}
				</Button>
			</Group>
		</Stack>
	);
}

function Proof({ session, ways, first }: { session: Session; ways: Method[]; first: Method }) {
	const say = useSay();
	const client = useQueryClient();
	const [method, setMethod] = useState(first);
	const [value, setValue] = useState("");
	const prove = useMutation({
		mutationFn: async (text: string) => {
			if (method !== "passkey") {
				await api.POST("/api/v1/session/confirm", { body: { method, value: text } });
				return;
			}
			const { options } = await data(api.POST("/api/v1/session/confirm/passkey"));
			const credential = await showPasskey(options);
			await api.POST("/api/v1/session/confirm", { body: { method, credential } });
		},
		onSuccess: async () => {
			confirmation.settle(true);
			await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
		},
		onError: () => setValue(""),
	});
	const wait = useWait(prove.error);
	const ofField = prove.error instanceof Failure ? prove.error.field("/value") : undefined;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (wait === 0 && (method === "passkey" || value !== "")) prove.mutate(value);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="md">
				<Text size="sm">{say(m.about)}</Text>
				<input
					type="text"
					name="username"
					value={session.user?.login}
					autoComplete="username"
					readOnly
					hidden
				/>
				{method === "password" && (
					<PasswordField
						label={say(m.password)}
						value={value}
						onChange={(e) => setValue(e.currentTarget.value)}
						error={ofField}
						autoComplete="current-password"
						data-autofocus
					/>
				)}
				{method === "totp" && (
					<CodeField
						label={say(m.totp)}
						value={value}
						onChange={setValue}
						onWhole={(text) => prove.mutate(text)}
					/>
				)}
				{method === "code" && (
					<TextInput
						label={say(m.code)}
						value={value}
						onChange={(e) => setValue(e.currentTarget.value)}
						autoComplete="off"
						spellCheck={false}
						data-autofocus
					/>
				)}
				{prove.error && !ofField && !gaveUp(prove.error) && (
					<FailureNote error={prove.error} title={say(m.notProved)} />
				)}
				<Group gap="md">
					{ways
						.filter((w) => w !== method)
						.map((w) => (
							<Anchor
								key={w}
								component="button"
								type="button"
								size="sm"
								underline="always"
								onClick={() => {
									prove.reset();
									setValue("");
									setMethod(w);
								}}
							>
								{say(words[w])}
							</Anchor>
						))}
				</Group>
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={() => confirmation.settle(false)}>
						{say(m.cancel)}
					</Button>
					<Button
						type="submit"
						loading={prove.isPending}
						disabled={wait > 0}
						leftSection={method === "passkey" && <IconFingerprint size={18} aria-hidden />}
					>
						{wait > 0 ? say(m.wait, { n: wait }) : say(method === "passkey" ? m.usePasskey : m.confirm)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
