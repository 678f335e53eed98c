import { Card, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A card with its border and name, for a part of a page. */
export function Part(props: { title: string; about?: string; children: ReactNode }) {
	return (
		<Card withBorder component="section" aria-label={props.title} padding="md">
			<Title order={2} size="h4">
				{props.title}
			</Title>
			{props.about && (
				<Text size="sm" c="dimmed" mb="xs">
					{props.about}
				</Text>
			)}
			{props.children}
		</Card>
	);
}
