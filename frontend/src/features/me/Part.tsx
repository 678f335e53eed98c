import { Card, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./me.module.css";

/** One part of the page. */
export function Part({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
	return (
		<Card withBorder component="section" aria-label={title} padding="md">
			<Title order={2} size="h4">
				{title}
			</Title>
			{about && (
				<Text size="sm" c="dimmed">
					{about}
				</Text>
			)}
			<div className={classes.part}>{children}</div>
		</Card>
	);
}

/** One thing of a part: what it is, how it stands, what can be done. */
export function Row(props: { title: ReactNode; about?: ReactNode; children?: ReactNode }) {
	return (
		<div className={classes.row}>
			<div className={classes.words}>
				<Text size="sm" fw={550} component="div">
					{props.title}
				</Text>
				{props.about && (
					<Text size="sm" c="dimmed" component="div">
						{props.about}
					</Text>
				)}
			</div>
			<div className={classes.acts}>{props.children}</div>
		</div>
	);
}
