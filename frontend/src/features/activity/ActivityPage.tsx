import { Button, Container, Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { ActivityList } from "../../components/activity/ActivityList";
import { useSay } from "../../lib/say";
import { m } from "./messages";

/** What was done to all vehicles. */
export function ActivityPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	return (
		<Container size="md" py="lg">
			<Group justify="space-between" align="flex-end" gap="sm">
				<div>
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Text c="dimmed">{say(m.about)}</Text>
				</div>
				<Button
					component={Link}
					to="/trash"
					variant="default"
					leftSection={<IconTrash size={16} aria-hidden />}
				>
					{say(m.trash)}
				</Button>
			</Group>
			<ActivityList />
		</Container>
	);
}
