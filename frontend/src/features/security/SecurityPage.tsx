import { Container, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { NotPermitted } from "../../components/access/NotPermitted";
import { FailureNote } from "../../components/FailureNote";
import { organisationQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay, useSession } from "../../lib/session";
import { MfaRules } from "./MfaRules";
import { m } from "./messages";
import { Providers } from "./Providers";
import { SessionRules } from "./SessionRules";

/** The rules of signing in. */
export function SecurityPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const session = useSession();
	const may = useMay("organisation.manage");
	const q = useQuery(organisationQuery);
	if (!session) return null;
	if (!may) return <NotPermitted />;
	return (
		<Container size="md" py="lg">
			<Stack gap="md">
				<div>
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Text c="dimmed">{say(m.about)}</Text>
				</div>
				{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
				{q.isPending && !q.error && <Skeleton height={320} aria-label={say(m.loading)} />}
				{q.data && (
					<>
						<MfaRules of={q.data} />
						<SessionRules key={JSON.stringify(q.data.sessions)} of={q.data} />
					</>
				)}
				<Providers />
			</Stack>
		</Container>
	);
}
