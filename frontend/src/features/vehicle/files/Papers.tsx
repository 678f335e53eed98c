import { Button, Text, Title } from "@mantine/core";
import { IconFile, IconFileText, IconFileTypePdf, IconLock, IconTable } from "@tabler/icons-react";
import { bytes } from "../../../lib/bytes";
import { useSay } from "../../../lib/say";
import type { Vehicle } from "../api";
import type { Attachment } from "./api";
import { FileMenu } from "./FileMenu";
import classes from "./Files.module.css";
import type { FileActions } from "./FilesTab";
import { calledOf } from "./files";
import { m } from "./messages";
import { Thumbnail } from "./Photos";

/** Papers below one another, the newest first. */
export function Papers(props: { vehicle: Vehicle; papers: Attachment[] } & FileActions) {
	const say = useSay();
	return (
		<section aria-label={say(m.papers)}>
			<Title order={2} size="h5" mb="xs">
				{say(m.papers)}{" "}
				<Text span size="sm" c="dimmed">
					{say.number(props.papers.length)}
				</Text>
			</Title>
			<ul className={classes.papers}>
				{props.papers.map((a) => (
					<Paper key={a.id} {...props} of={a} />
				))}
			</ul>
		</section>
	);
}

function Paper(props: { vehicle: Vehicle; of: Attachment } & FileActions) {
	const say = useSay();
	const { of: a } = props;
	const name = calledOf(a);
	return (
		<li className={classes.paper}>
			<span className={classes.icon}>
				<Sign of={a} />
			</span>
			<div className={classes.words}>
				{a.mayOpen ? (
					<button
						type="button"
						className={classes.name}
						onClick={() => props.onOpen(a)}
						aria-label={say(m.open, { name })}
					>
						{name}
					</button>
				) : (
					<Text fw={550} size="sm">
						{name}
					</Text>
				)}
				<Text size="xs" c="dimmed">
					{[
						a.title && a.name,
						bytes(a.bytes, say),
						a.pages !== undefined && a.pages > 0 && say(m.pages, { n: a.pages }),
						say(m.by, { who: a.by, day: say.day(a.at) }),
						a.record && say(m.linked),
						a.text && say(m.withText),
					]
						.filter(Boolean)
						.join(" · ")}
				</Text>
				{!a.mayOpen && (
					<Text size="xs" c="dimmed">
						{say(m.withheld)}
					</Text>
				)}
				{a.trouble && (
					<Text size="xs" c="var(--hub-warn)">
						{say(m.trouble, { why: a.trouble })}
					</Text>
				)}
			</div>
			<div className={classes.actions}>
				{a.text && a.media !== "text/csv" && !a.record && props.mayRecord && (
					<Button
						size="compact-sm"
						variant="light"
						onClick={() => props.onDraft(a)}
						aria-label={say(m.recordOf, { name })}
					>
						{say(m.record)}
					</Button>
				)}
				<FileMenu {...props} of={a} />
			</div>
		</li>
	);
}

function Sign({ of: a }: { of: Attachment }) {
	if (!a.mayOpen) return <IconLock size={22} stroke={1.4} aria-hidden />;
	if (a.picture) return <Thumbnail of={a} />;
	switch (a.media) {
		case "application/pdf":
			return <IconFileTypePdf size={26} stroke={1.4} aria-hidden />;
		case "text/plain":
			return <IconFileText size={26} stroke={1.4} aria-hidden />;
		case "text/csv":
			return <IconTable size={26} stroke={1.4} aria-hidden />;
	}
	return <IconFile size={26} stroke={1.4} aria-hidden />;
}
