import { Alert, Anchor, Code, Container, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { reach } from "../lib/reach";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** The whole page, once the hub does not know this page's key any more. */
export function Stranger() {
	const say = useSay();
	return (
		<Container size="xs" py={80} component="main">
			<Stack gap="md">
				<img src="/icon.svg" width={48} height={48} alt="" />
				<Title order={1} size="h2">
					{say(m.restarted)}
				</Title>
				<Text>{say.rich(m.restartedAbout, { code: (c) => <Code>{c}</Code> })}</Text>
				<Text size="sm" c="dimmed">
					{say.rich(m.restartedWhy, {
						link: (c) => (
							<Anchor href="/" underline="always">
								{c}
							</Anchor>
						),
					})}
				</Text>
			</Stack>
		</Container>
	);
}

const everyMS = 2_000;

/**
 * Says calmly that nothing answers, and goes on by itself when something does.
 * It is the whole page where there is nothing else to show yet.
 */
export function Away({ whole = false }: { whole?: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	useEffect(() => {
		const timer = setInterval(async () => {
			try {
				if (!(await fetch("/healthz", { cache: "no-store" })).ok) return;
				reach.set("here");
				// The first answer tells whether it is the same start or another.
				await client.invalidateQueries();
			} catch {
				// Still away.
			}
		}, everyMS);
		return () => clearInterval(timer);
	}, [client]);
	if (whole) {
		return (
			<Container size="xs" py={80}>
				<Stack gap="md" role="status">
					<Group gap="sm">
						<Loader size={22} color="orange" />
						<Title order={1} size="h2">
							{say(m.away)}
						</Title>
					</Group>
					<Text>{say(m.awayWhole)}</Text>
				</Stack>
			</Container>
		);
	}
	return (
		<Container size="xl" pt="sm">
			<Alert color="orange" icon={<Loader size={18} color="orange" />} title={say(m.away)} role="status">
				{say(m.awayAbout)}
			</Alert>
		</Container>
	);
}
