import { ActionIcon, Alert, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { bytes } from "../../../lib/bytes";
import { useSay } from "../../../lib/say";
import classes from "./Files.module.css";
import { m } from "./messages";
import type { Sending, useSending } from "./useSending";

/** What is on its way, and what did not arrive, by the name of its file. */
export function SendingList(props: ReturnType<typeof useSending>) {
	const say = useSay();
	if (props.list.length === 0) return null;
	return (
		<Stack gap="xs" component="section" aria-label={say(m.sending)}>
			{props.list.map((s) =>
				s.state === "failed" ? (
					<Failed key={s.key} of={s} onAgain={() => props.again(s.key)} onHide={() => props.cancel(s.key)} />
				) : (
					<Going key={s.key} of={s} onCancel={() => props.cancel(s.key)} />
				),
			)}
		</Stack>
	);
}

function Going({ of: s, onCancel }: { of: Sending; onCancel: () => void }) {
	const say = useSay();
	const all = s.state === "sending" && s.sent >= s.file.size;
	const where =
		s.state === "waiting"
			? say(m.waiting)
			: all
				? say(m.reading)
				: say(m.sent, { done: bytes(s.sent, say), total: bytes(s.file.size, say) });
	return (
		<div className={classes.going}>
			<Group justify="space-between" wrap="nowrap" gap="sm">
				<Text size="sm" truncate>
					{s.file.name}
				</Text>
				<Text size="xs" c="dimmed" flex="none">
					{where}
				</Text>
			</Group>
			<Group wrap="nowrap" gap="xs">
				<Progress
					flex={1}
					size="sm"
					value={s.state === "waiting" ? 0 : (100 * s.sent) / s.file.size}
					animated={all}
					aria-label={say(m.progress, { name: s.file.name })}
				/>
				<ActionIcon
					variant="subtle"
					color="gray"
					onClick={onCancel}
					aria-label={say(m.cancelOf, { name: s.file.name })}
				>
					<IconX size={16} aria-hidden />
				</ActionIcon>
			</Group>
		</div>
	);
}

function Failed(props: { of: Sending; onAgain: () => void; onHide: () => void }) {
	const say = useSay();
	const { of: s } = props;
	return (
		<Alert
			color="red"
			icon={<IconAlertTriangle aria-hidden />}
			role="alert"
			withCloseButton
			onClose={props.onHide}
			closeButtonLabel={say(m.dismiss, { name: s.file.name })}
		>
			<Group justify="space-between" gap="sm">
				<Text size="sm" style={{ overflowWrap: "anywhere" }}>
					{say(m.notAdded, { name: s.file.name, why: s.why ?? "" })}
				</Text>
				{s.again && (
					<Button size="compact-sm" variant="default" onClick={props.onAgain}>
						{say(m.again)}
					</Button>
				)}
			</Group>
		</Alert>
	);
}
