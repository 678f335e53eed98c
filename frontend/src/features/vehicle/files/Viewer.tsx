import { ActionIcon, Button, Group, Modal, Skeleton, Text, Title } from "@mantine/core";
import {
	IconChevronLeft,
	IconChevronRight,
	IconDownload,
	IconExternalLink,
	IconX,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { FailureNote } from "../../../components/FailureNote";
import { content, thumbnail } from "../../../lib/attachments";
import { bytes } from "../../../lib/bytes";
import { metaQuery } from "../../../lib/queries";
import { useSay } from "../../../lib/say";
import { type Attachment, textQuery } from "./api";
import { BringBack } from "./BringBack";
import classes from "./Files.module.css";
import { calledOf, shownAs, stepped } from "./files";
import { m } from "./messages";
import { useSaveContent } from "./useSaveContent";

/** One photo or paper over the whole page; the arrow keys go to the next. */
export function Viewer(props: {
	list: Attachment[];
	at: string | undefined;
	onAt: (id: string) => void;
	onClose: () => void;
}) {
	const say = useSay();
	const { list, onAt } = props;
	const at = list.findIndex((a) => a.id === props.at);
	const a = list[at];
	useEffect(() => {
		if (!a || list.length < 2) return;
		const press = (e: KeyboardEvent) => {
			if (e.altKey || e.ctrlKey || e.metaKey || e.target instanceof HTMLInputElement) return;
			const by = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
			const next = by !== 0 && list[stepped(at, by, list.length)];
			if (!next) return;
			e.preventDefault();
			onAt(next.id);
		};
		document.addEventListener("keydown", press);
		return () => document.removeEventListener("keydown", press);
	}, [a, at, list, onAt]);
	const step = (by: number) => {
		const next = list[stepped(at, by, list.length)];
		if (next) onAt(next.id);
	};
	return (
		<Modal.Root opened={a !== undefined} onClose={props.onClose} fullScreen>
			<Modal.Content className={classes.viewer}>
				{a && (
					<>
						<header className={classes.bar}>
							<div className={classes.barWords}>
								<Modal.Title>
									<Text fw={600} truncate title={calledOf(a)} component="span" display="block">
										{calledOf(a)}
									</Text>
								</Modal.Title>
								<Text size="xs" c="dimmed" truncate aria-live="polite">
									{[
										say(m.viewer, { name: a.name, n: at + 1, total: list.length }),
										a.width ? say(m.size, { width: a.width, height: a.height ?? 0 }) : "",
										bytes(a.bytes, say),
									]
										.filter(Boolean)
										.join(" · ")}
								</Text>
							</div>
							<Tools of={a} onClose={props.onClose} />
						</header>
						<div className={classes.stage}>
							<Shown key={a.id} of={a} />
							{list.length > 1 && (
								<>
									<ActionIcon
										className={classes.previous}
										size={44}
										radius="xl"
										variant="default"
										onClick={() => step(-1)}
										aria-label={say(m.previous)}
									>
										<IconChevronLeft aria-hidden />
									</ActionIcon>
									<ActionIcon
										className={classes.next}
										size={44}
										radius="xl"
										variant="default"
										onClick={() => step(1)}
										aria-label={say(m.next)}
									>
										<IconChevronRight aria-hidden />
									</ActionIcon>
								</>
							)}
						</div>
					</>
				)}
			</Modal.Content>
		</Modal.Root>
	);
}

function Tools({ of: a, onClose }: { of: Attachment; onClose: () => void }) {
	const say = useSay();
	const save = useSaveContent();
	// The desktop window has no tabs.
	const tabs = useQuery(metaQuery).data?.window === false;
	return (
		<Group gap={4} wrap="nowrap">
			{save.error && <BringBack of={a} onBack={() => save.reset()} />}
			{a.inline && tabs && (
				<ActionIcon
					component="a"
					href={content(a.vehicle, a.id)}
					target="_blank"
					rel="noopener"
					variant="subtle"
					color="gray"
					size="lg"
					aria-label={say(m.original)}
					title={say(m.original)}
				>
					<IconExternalLink size={20} aria-hidden />
				</ActionIcon>
			)}
			<ActionIcon
				variant="subtle"
				color="gray"
				size="lg"
				loading={save.isPending}
				onClick={() => save.mutate(a)}
				aria-label={say(m.saveOf, { name: calledOf(a) })}
				title={say(m.save)}
			>
				<IconDownload size={20} aria-hidden />
			</ActionIcon>
			<ActionIcon
				variant="subtle"
				color="gray"
				size="lg"
				onClick={onClose}
				aria-label={say(m.close)}
				data-autofocus
			>
				<IconX size={20} aria-hidden />
			</ActionIcon>
		</Group>
	);
}

function Shown({ of: a }: { of: Attachment }) {
	const say = useSay();
	const [broken, setBroken] = useState(false);
	// Asked again under another address once its bytes are back.
	const [again, setAgain] = useState(0);
	switch (shownAs(a)) {
		case "picture":
			return broken ? (
				<div className={classes.without}>
					<Text>{say(m.notShown)}</Text>
					<BringBack
						of={a}
						onBack={() => {
							setAgain((n) => n + 1);
							setBroken(false);
						}}
					/>
				</div>
			) : (
				<img
					className={classes.large}
					src={thumbnail(a.vehicle, a.id, 1600) + (again > 0 ? `&again=${again}` : "")}
					alt={calledOf(a)}
					onError={() => setBroken(true)}
				/>
			);
		case "text":
			return <Words of={a} />;
		case "none":
			return <NoPreview of={a} />;
	}
}

function NoPreview({ of: a }: { of: Attachment }) {
	const say = useSay();
	const save = useSaveContent();
	return (
		<div className={classes.without}>
			<Text size="sm">{say(m.noPreview)}</Text>
			{a.trouble && (
				<Text size="sm" c="dimmed">
					{say(m.trouble, { why: a.trouble })}
				</Text>
			)}
			<Button leftSection={<IconDownload size={16} aria-hidden />} onClick={() => save.mutate(a)}>
				{say(m.save)}
			</Button>
			{save.error && <BringBack of={a} onBack={() => save.reset()} />}
		</div>
	);
}

/** The text that was found in a file, page by page. */
function Words({ of: a }: { of: Attachment }) {
	const say = useSay();
	const text = useQuery(textQuery(a));
	if (text.error)
		return <FailureNote error={text.error} title={say(m.textFailed)} onRetry={() => text.refetch()} />;
	if (!text.data) return <Skeleton height="60%" width="80%" aria-label={say(m.loading)} />;
	const { pages } = text.data;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
		<section className={classes.text} tabIndex={0} aria-label={say(m.textOf, { name: calledOf(a) })}>
			{pages.map((page, i) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the pages of a file never change places
				<article key={i} className={classes.sheet}>
					{pages.length > 1 && (
						<Title order={3} size="h6" c="dimmed" mb="xs">
							{say(m.page, { n: i + 1, total: pages.length })}
						</Title>
					)}
					<pre>{page}</pre>
				</article>
			))}
		</section>
	);
}
