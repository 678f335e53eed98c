import { Anchor, Button, Divider, Skeleton, Stack, Text } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { PasskeysAway, passkeysWork } from "../../components/PasskeysAway";
import { leastPassword, NewPassword } from "../../components/PasswordField";
import { useWait } from "../../hooks/useWait";
import { Failure } from "../../lib/api";
import { makePasskey, passkeyName } from "../../lib/passkeys";
import { useSay } from "../../lib/say";
import { sessionChanged, useSession } from "../../lib/session";
import { accept, acceptByPasskey, beginInvited, type Entered, type Invited, lookAt } from "./api";
import { Frame } from "./Frame";
import { m } from "./messages";
import { Refusal } from "./Refusal";
import { SecondFactor } from "./SecondFactor";

/** Where a link leads that lets one person in, once. The token stands behind #, which browsers send nowhere. */
export function InvitePage() {
	const say = useSay();
	const token = useLocation({ select: (l) => l.hash });
	const invited = useQuery({
		queryKey: ["invitation", token],
		queryFn: () => lookAt(token),
		enabled: token !== "",
		retry: false,
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: 0,
	});
	if (invited.error || token === "")
		return (
			<Frame page={say(m.invitePage)} title={say(m.inviteGone)}>
				<Stack gap="md">
					{invited.error && <FailureNote error={invited.error} title={say(m.inviteGone)} />}
					<Anchor component={Link} to="/" underline="always">
						{say(m.toDoor)}
					</Anchor>
				</Stack>
			</Frame>
		);
	if (!invited.data)
		return (
			<Frame page={say(m.invitePage)} title={say(m.reading)}>
				<Skeleton h={120} aria-label={say(m.reading)} />
			</Frame>
		);
	return <Accept token={token} invited={invited.data} />;
}

function Accept({ token, invited }: { token: string; invited: Invited }) {
	const say = useSay();
	const client = useQueryClient();
	const navigate = useNavigate();
	const session = useSession();
	const [password, setPassword] = useState("");
	const [second, setSecond] = useState<Entered>();
	const enter = async (e: Entered) => {
		if (e.next === "second") return setSecond(e);
		await sessionChanged(client);
		await navigate({ to: "/", replace: true });
	};
	const byPassword = useMutation({ mutationFn: () => accept(token, password), onSuccess: enter });
	const byPasskey = useMutation({
		mutationFn: async () => {
			const credential = await makePasskey(await beginInvited(token));
			return acceptByPasskey({ token, name: passkeyName() || invited.login, credential });
		},
		onSuccess: enter,
	});
	const error = byPassword.error ?? byPasskey.error;
	const wait = useWait(error);
	const ofField = error instanceof Failure ? error.field("/password") : undefined;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		byPasskey.reset();
		if (wait === 0) byPassword.mutate();
	};
	if (second) return <SecondFactor entered={second} onEntered={enter} onAgain={() => setSecond(undefined)} />;
	const { name, login, organisation, by } = invited;
	const reset = invited.kind === "reset";
	return (
		<Frame
			page={say(m.invitePage)}
			title={say(reset ? m.resetTitle : m.invited, { name })}
			about={say(reset ? m.resetBy : m.invitedBy, { by, organisation })}
		>
			<Stack gap="md">
				<Text size="sm">
					{say.rich(m.inviteLogin, { login, b: (c) => <b>{c}</b> })}{" "}
					{say(m.inviteUntil, { day: say.moment(invited.expires) })}
				</Text>
				<form onSubmit={submit} aria-label={say(m.newPassword)}>
					<Stack gap="sm">
						<input type="text" name="username" value={login} autoComplete="username" readOnly hidden />
						<NewPassword
							label={say(m.newPassword)}
							value={password}
							onChange={(e) => setPassword(e.currentTarget.value)}
							error={ofField}
							autoFocus
						/>
						{!ofField && <Refusal error={error} />}
						<Button
							type="submit"
							loading={byPassword.isPending}
							disabled={wait > 0 || [...password].length < leastPassword}
						>
							{wait > 0 ? say(m.wait, { n: wait }) : say(m.accept)}
						</Button>
					</Stack>
				</form>
				{session && passkeysWork(session) && (
					<>
						<Divider label={say(m.or)} />
						<Button
							variant="default"
							leftSection={<IconFingerprint size={18} aria-hidden />}
							loading={byPasskey.isPending}
							onClick={() => {
								byPassword.reset();
								byPasskey.mutate();
							}}
						>
							{say(m.makePasskey)}
						</Button>
					</>
				)}
				{session && <PasskeysAway session={session} />}
			</Stack>
		</Frame>
	);
}
