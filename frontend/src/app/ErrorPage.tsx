import { Anchor, Button, Container, Group, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { FailureNote } from "../components/FailureNote";
import { useSay } from "../lib/say";
import { m } from "./messages";

export function ErrorPage({ error }: ErrorComponentProps) {
	const say = useSay();
	const router = useRouter();
	return (
		<Container size="sm" py="xl">
			<Title order={1} size="h2" mb="md">
				{say(m.errorTitle)}
			</Title>
			<FailureNote error={error instanceof Error ? error : new Error(String(error))} />
			<Group mt="md">
				<Button onClick={() => router.invalidate()}>{say(m.tryAgain)}</Button>
				<Button variant="default" onClick={() => window.location.reload()}>
					{say(m.reload)}
				</Button>
			</Group>
		</Container>
	);
}

export function NotFoundPage() {
	const say = useSay();
	return (
		<Container size="sm" py="xl">
			<Title order={1} size="h2" mb="md">
				{say(m.nothingHere)}
			</Title>
			<Text>
				{say.rich(m.goTo, {
					decode: (c) => (
						<Anchor underline="always" component={Link} to="/">
							{c}
						</Anchor>
					),
					vehicles: (c) => (
						<Anchor underline="always" component={Link} to="/vehicles">
							{c}
						</Anchor>
					),
				})}
			</Text>
		</Container>
	);
}
