import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./SettingRow.module.css";

/** One setting: what it is, what it does, its facts in small, and its control beside it. */
export function SettingRow(props: {
	id: string;
	title: string;
	/** Names come from the hub and stand as code does. */
	mono?: boolean;
	about: string;
	facts?: ReactNode[];
	/** Somebody came here for this one. */
	here?: boolean;
	control?: ReactNode;
	children?: ReactNode;
}) {
	const facts = props.facts?.filter(Boolean) ?? [];
	return (
		<section
			id={`setting-${props.id}`}
			className={classes.row}
			aria-labelledby={`title-${props.id}`}
			data-here={props.here || undefined}
			tabIndex={props.here ? -1 : undefined}
		>
			<div>
				<Title order={3} size="h6" id={`title-${props.id}`} ff={props.mono ? "monospace" : undefined}>
					{props.title}
				</Title>
				<Text size="sm" id={`about-${props.id}`}>
					{props.about}
				</Text>
				{facts.length > 0 && (
					<Text size="xs" c="dimmed" mt={2} component="div" className={classes.facts}>
						{facts.map((f, i) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: facts never change places
							<span key={i}>{f}</span>
						))}
					</Text>
				)}
			</div>
			<div className={classes.control}>{props.control}</div>
			{props.children && <div className={classes.wide}>{props.children}</div>}
		</section>
	);
}
