import { Alert, Card, Container, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconLockOpen } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useSession } from "../../lib/session";

/** What every page at the door looks like: one card, and what is wrong with the way to it. */
export function Frame(props: { page: string; title: string; about?: ReactNode; children: ReactNode }) {
	useDocumentTitle(props.page);
	const session = useSession();
	return (
		<Container component="main" id="main" size={460} py={{ base: "lg", sm: 64 }} px="md">
			<Stack gap="md">
				<img src="/icon.svg" width={44} height={44} alt="" />
				<div>
					<Title order={1} size="h2">
						{props.title}
					</Title>
					{props.about && (
						<Text c="dimmed" component="div" mt={4}>
							{props.about}
						</Text>
					)}
				</div>
				{session?.warnings.map((w) => (
					<Alert key={w.kind} color="orange" icon={<IconLockOpen aria-hidden />} p="sm">
						<Text size="sm">{w.text}</Text>
					</Alert>
				))}
				<Card withBorder padding="lg">
					{props.children}
				</Card>
			</Stack>
		</Container>
	);
}
