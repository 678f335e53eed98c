import { Container, Stack, Text, Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useSay } from "../../lib/say";
import { m } from "./messages";

/** A page of somebody else's: who may see it, and who can say so. */
export function NotPermitted() {
	const say = useSay();
	return (
		<Container size="sm" py="xl">
			<Stack align="center" gap="xs" ta="center">
				<IconLock size={40} stroke={1.4} aria-hidden />
				<Title order={1} size="h2">
					{say(m.denied)}
				</Title>
				<Text c="dimmed">{say(m.deniedAbout)}</Text>
			</Stack>
		</Container>
	);
}
