import { Alert, Button, Container, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { NotPermitted } from "../../components/access/NotPermitted";
import { Once } from "../../components/access/Once";
import { Part } from "../../components/access/Part";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { useMay, useSession } from "../../lib/session";
import { type Lan, lanQuery } from "./api";
import { Facing } from "./Facing";
import { m } from "./messages";
import { VaultPart } from "./VaultPart";

/** How the hub faces the network, and how it keeps its secrets. */
export function NetworkPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const session = useSession();
	const may = useMay("hub.manage");
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
				<Face />
				<VaultPart />
			</Stack>
		</Container>
	);
}

function Face() {
	const say = useSay();
	const q = useQuery(lanQuery);
	if (q.error) return <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={260} aria-label={say(m.loading)} />;
	return (
		<>
			<Warnings of={q.data} />
			{q.data.on ? <Facing of={q.data} /> : <Off />}
		</>
	);
}

function Warnings({ of: s }: { of: Lan }) {
	const say = useSay();
	const rest = s.warnings.filter((w) => w.kind !== "plain");
	return (
		<>
			{s.tls === "plain" && (
				<Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={say(m.plainTitle)} role="alert">
					{say(m.plainAbout)}
				</Alert>
			)}
			{rest.length > 0 && (
				<Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={say(m.warning)} role="status">
					{rest.map((w) => (
						<Text size="sm" key={w.text}>
							{sentence(w.text)}
						</Text>
					))}
				</Alert>
			)}
		</>
	);
}

function Off() {
	const say = useSay();
	const accounts = useSession()?.signIn.accounts;
	return (
		<Part title={say(m.off)}>
			<Stack gap="sm">
				<Text size="sm">{say(m.offAbout)}</Text>
				<Once label={say(m.command)} value="hubcap serve --lan :8443" />
				<Once label={say(m.orEnv)} value="HUBCAP_LAN=:8443" />
				<Text size="sm" c="dimmed">
					{say(m.offLater)}
				</Text>
				{accounts === false && (
					<>
						<Text size="sm">{say(m.offFirst)}</Text>
						<div>
							<Button component={Link} to="/people" variant="default">
								{say(m.addPeople)}
							</Button>
						</div>
					</>
				)}
			</Stack>
		</Part>
	);
}
