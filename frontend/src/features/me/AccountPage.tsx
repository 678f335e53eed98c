import { Button, Container, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { type Session, useSession } from "../../lib/session";
import { meQuery } from "./api";
import { Keys } from "./Keys";
import { m } from "./messages";
import { Password } from "./Password";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";
import { You } from "./You";

/** Somebody's own account: how they sign in, and where they are signed in. */
export function AccountPage() {
	const say = useSay();
	const session = useSession();
	useDocumentTitle(say(m.page));
	if (!session) return null;
	return (
		<Container size="md" py="lg">
			{session.user ? <Whole session={session} /> : <NoAccount accounts={session.signIn.accounts} />}
		</Container>
	);
}

function NoAccount({ accounts }: { accounts: boolean }) {
	const say = useSay();
	return (
		<Stack gap="sm" align="flex-start">
			<Title order={1} size="h2">
				{say(m.noAccount)}
			</Title>
			<Text>{say(m.noAccountAbout)}</Text>
			{accounts && (
				<Button component={Link} to="/sign-in">
					{say(m.asPerson)}
				</Button>
			)}
		</Stack>
	);
}

function Whole({ session }: { session: Session }) {
	const say = useSay();
	const me = useQuery(meQuery);
	return (
		<Stack gap="lg">
			<div>
				<Title order={1} size="h2">
					{say(m.title)}
				</Title>
				<Text c="dimmed">{say(m.about)}</Text>
			</div>
			{me.error && <FailureNote error={me.error} title={say(m.failed)} onRetry={() => me.refetch()} />}
			{!me.data && !me.error && <Skeleton h={300} aria-label={say(m.title)} />}
			{me.data && (
				<>
					{/* What is owed comes first. */}
					{session.owes.includes("password") && <Password me={me.data} />}
					{session.owes.includes("mfa") && <SecondFactor me={me.data} session={session} />}
					<You me={me.data} organisation={session.organisation} />
					{!session.owes.includes("password") && <Password me={me.data} />}
					{!session.owes.includes("mfa") && <SecondFactor me={me.data} session={session} />}
					<Sessions />
					<Keys />
				</>
			)}
		</Stack>
	);
}
