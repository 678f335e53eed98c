import { Button, Checkbox, Code, Divider, Stack, Text, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { PasskeysAway, passkeysWork } from "../../components/PasskeysAway";
import { PasswordField } from "../../components/PasswordField";
import { useWait } from "../../hooks/useWait";
import { beginPasskey, passkeysOffered, showPasskey } from "../../lib/passkeys";
import { useSay } from "../../lib/say";
import type { Session } from "../../lib/session";
import { keepWanted } from "../../lib/wanted";
import { type Entered, enterByPasskey, outside, signIn } from "./api";
import { Frame } from "./Frame";
import { m } from "./messages";
import { Refusal } from "./Refusal";

/** A passkey that the browser offers beside the login is asked for anew before the hub forgets that it asked. */
const offerMS = 4 * 60_000;

export function SignIn({
	session,
	onEntered,
}: {
	session: Session;
	onEntered: (e: Entered) => Promise<void>;
}) {
	const say = useSay();
	const [login, setLogin] = useState("");
	const [password, setPassword] = useState("");
	const [remember, setRemember] = useState(false);
	const passkeys = passkeysWork(session);
	const offer = useOffer(passkeys, remember, onEntered);

	const byPassword = useMutation({
		mutationFn: () => signIn({ login, password, remember }),
		onSuccess: onEntered,
		onError: () => setPassword(""),
	});
	const byPasskey = useMutation({
		mutationFn: async () => {
			offer.stop(); // a browser asks for one passkey at a time
			const credential = await showPasskey(await beginPasskey());
			return enterByPasskey({ credential, remember });
		},
		onSuccess: onEntered,
	});
	const error = byPassword.error ?? byPasskey.error;
	const wait = useWait(error);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		byPasskey.reset();
		if (wait === 0 && login.trim() !== "" && password !== "") byPassword.mutate();
	};
	const { organisation } = session;
	return (
		<Frame page={say(m.page)} title={organisation ? say(m.titleOf, { organisation }) : say(m.title)}>
			<Stack gap="md">
				<form onSubmit={submit} aria-label={say(m.title)}>
					<Stack gap="sm">
						<TextInput
							label={say(m.login)}
							name="username"
							value={login}
							onChange={(e) => setLogin(e.currentTarget.value)}
							autoComplete={passkeys ? "username webauthn" : "username"}
							autoCapitalize="none"
							spellCheck={false}
							autoFocus
						/>
						<PasswordField
							label={say(m.password)}
							name="password"
							value={password}
							onChange={(e) => setPassword(e.currentTarget.value)}
							autoComplete="current-password"
						/>
						<Checkbox
							label={say(m.remember)}
							checked={remember}
							onChange={(e) => setRemember(e.currentTarget.checked)}
						/>
						<Refusal error={error} />
						<Button type="submit" fullWidth loading={byPassword.isPending} disabled={wait > 0}>
							{wait > 0 ? say(m.wait, { n: wait }) : say(m.signIn)}
						</Button>
					</Stack>
				</form>
				{(passkeys || session.signIn.providers.length > 0) && <Divider label={say(m.or)} />}
				{passkeys && (
					<Button
						variant="default"
						fullWidth
						leftSection={<IconFingerprint size={18} aria-hidden />}
						loading={byPasskey.isPending}
						onClick={() => {
							byPassword.reset();
							byPasskey.mutate();
						}}
					>
						{say(m.passkey)}
					</Button>
				)}
				{session.signIn.providers.map((p) => (
					<Button
						key={p.id}
						variant="default"
						fullWidth
						onClick={() => {
							keepWanted();
							window.location.assign(outside(p.id));
						}}
					>
						{say(m.by, { name: p.name })}
					</Button>
				))}
				<PasskeysAway session={session} />
				<Text size="xs" c="dimmed">
					{say.rich(m.lost, { code: (c) => <Code>{c}</Code> })}
				</Text>
			</Stack>
		</Frame>
	);
}

/** Has the browser offer the person's passkeys where the login is typed, where it can do that. */
function useOffer(passkeys: boolean, remember: boolean, onEntered: (e: Entered) => Promise<void>) {
	const running = useRef<AbortController>(undefined);
	const latest = useRef({ remember, onEntered });
	useEffect(() => {
		latest.current = { remember, onEntered };
	});
	useEffect(() => {
		if (!passkeys) return;
		const over = new AbortController();
		running.current = over;
		const offer = async () => {
			if (!(await passkeysOffered())) return;
			while (!over.signal.aborted) {
				const signal = AbortSignal.any([over.signal, AbortSignal.timeout(offerMS)]);
				try {
					const credential = await showPasskey(await beginPasskey(undefined, signal), {
						signal,
						offered: true,
					});
					const { remember, onEntered } = latest.current;
					await onEntered(await enterByPasskey({ credential, remember }));
					return;
				} catch (e) {
					// Its time is over: it is asked anew. All else leaves the other ways in.
					if (!(e instanceof DOMException && e.name === "TimeoutError")) return;
				}
			}
		};
		void offer();
		return () => over.abort();
	}, [passkeys]);
	return { stop: () => running.current?.abort() };
}
