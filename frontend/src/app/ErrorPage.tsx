import { Anchor, Button, Container, Group, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { FailureNote } from "../components/FailureNote";

export function ErrorPage({ error }: ErrorComponentProps) {
	const router = useRouter();
	return (
		<Container size="sm" py="xl">
			<Title order={1} size="h2" mb="md">
				This page could not be shown
			</Title>
			<FailureNote error={error instanceof Error ? error : new Error(String(error))} />
			<Group mt="md">
				<Button onClick={() => router.invalidate()}>Try again</Button>
				<Button variant="default" onClick={() => window.location.reload()}>
					Reload
				</Button>
			</Group>
		</Container>
	);
}

export function NotFoundPage() {
	return (
		<Container size="sm" py="xl">
			<Title order={1} size="h2" mb="md">
				There is nothing at this address
			</Title>
			<Text>
				Go to{" "}
				<Anchor underline="always" component={Link} to="/">
					Decode
				</Anchor>{" "}
				or to your{" "}
				<Anchor underline="always" component={Link} to="/vehicles">
					vehicles
				</Anchor>
				.
			</Text>
		</Container>
	);
}
