import { Card, Skeleton, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { previewQuery, type Reach, reachesSome } from "../../lib/people";
import { useSay } from "../../lib/say";
import { FailureNote } from "../FailureNote";
import classes from "./access.module.css";
import { m } from "./messages";
import { capital } from "./words";

/** Says in plain words what permissions within a reach come to, as they are picked. */
export function Preview({ permissions, reach }: { permissions: string[]; reach: Reach }) {
	const say = useSay();
	const waits = !reachesSome(reach);
	const q = useQuery({
		...previewQuery(permissions, reach),
		enabled: !waits,
		placeholderData: keepPreviousData,
	});
	const p = q.data;
	return (
		<Card withBorder component="section" aria-label={say(m.preview)} padding="sm" data-testid="preview">
			<Title order={3} size="h6" mb={4}>
				{say(m.preview)}
			</Title>
			{waits && (
				<Text size="sm" c="dimmed">
					{say(m.previewWaits)}
				</Text>
			)}
			{!waits && q.error && (
				<FailureNote error={q.error} title={say(m.previewFailed)} onRetry={() => q.refetch()} />
			)}
			{!waits && !p && !q.error && <Skeleton height={90} aria-label={say(m.preview)} />}
			{!waits && p && (
				<div className={classes.lists}>
					<Text size="sm" fw={600}>
						{p.over}
					</Text>
					<List
						title={say(m.may)}
						of={p.may}
						className={classes.may}
						icon={<IconCheck size={16} aria-hidden />}
					/>
					<List
						title={say(m.void)}
						about={say(m.voidAbout)}
						of={p.void}
						className={classes.void}
						icon={<IconAlertTriangle size={16} aria-hidden />}
						quiet
					/>
					<List
						title={say(m.mayNot)}
						of={p.mayNot}
						className={classes.not}
						icon={<IconX size={16} aria-hidden />}
					/>
				</div>
			)}
		</Card>
	);
}

function List(props: {
	title: string;
	about?: string;
	of: string[];
	className?: string;
	icon: ReactNode;
	quiet?: boolean;
}) {
	const say = useSay();
	if (props.of.length === 0 && props.quiet) return null;
	return (
		<div>
			<Text size="sm" fw={600}>
				{props.title}
			</Text>
			{props.about && (
				<Text size="xs" c="dimmed">
					{props.about}
				</Text>
			)}
			{props.of.length === 0 ? (
				<Text size="sm" c="dimmed">
					{say(m.nothing)}
				</Text>
			) : (
				<ul className={classes.list} aria-label={props.title}>
					{props.of.map((x) => (
						<li key={x}>
							<span className={props.className}>{props.icon}</span>
							<span>{capital(x)}</span>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}
