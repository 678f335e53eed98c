import { Alert, Anchor, Code, Container, Loader, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { reach } from "../lib/reach";

/** The whole page, once the hub does not know this page's key any more. */
export function Stranger() {
	return (
		<Container size="xs" py={80} component="main">
			<Stack gap="md">
				<img src="/icon.svg" width={48} height={48} alt="" />
				<Title order={1} size="h2">
					Hubcap was restarted
				</Title>
				<Text>
					Open the address it printed, or run <Code>hubcap open</Code> on this computer. Nothing that was
					saved is lost.
				</Text>
				<Text size="sm" c="dimmed">
					Each start has its own key, which keeps other web pages out; this page has the old one.{" "}
					<Anchor href="/" underline="always">
						Try again
					</Anchor>
				</Text>
			</Stack>
		</Container>
	);
}

const everyMS = 2_000;

/** Says calmly that nothing answers, and goes on by itself when something does. */
export function Away() {
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
	return (
		<Container size="xl" pt="sm">
			<Alert
				color="orange"
				icon={<Loader size={18} color="orange" />}
				title="Hubcap does not answer"
				role="status"
			>
				It may be stopped or starting. This page asks again every two seconds; what you typed stays.
			</Alert>
		</Container>
	);
}
