import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useSay } from "../../lib/say";
import { FailureNote } from "../FailureNote";
import { m } from "./messages";

/** A dialog with a close button that has a name; its content begins anew each time it opens. */
export function Dialog(props: {
	opened: boolean;
	onClose: () => void;
	title: ReactNode;
	size?: string;
	children: ReactNode;
}) {
	const say = useSay();
	return (
		<Modal
			opened={props.opened}
			onClose={props.onClose}
			title={props.title}
			size={props.size}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			{props.opened && props.children}
		</Modal>
	);
}

/** Asks before what can't be taken back; where a name is given it is typed first. */
export function Sure(props: {
	about: ReactNode;
	action: string;
	keep?: string;
	/** Has to be typed. */
	name?: string;
	danger?: boolean;
	error?: Error | null;
	failed: string;
	pending: boolean;
	onDo: () => void;
	onKeep: () => void;
}) {
	const say = useSay();
	const [typed, setTyped] = useState("");
	const same = props.name === undefined || typed.trim().toLowerCase() === props.name.toLowerCase();
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (same) props.onDo();
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="md">
				{props.about}
				{props.name !== undefined && (
					<TextInput
						label={say.rich(m.confirmType, { name: <b>{props.name}</b> })}
						value={typed}
						onChange={(e) => setTyped(e.currentTarget.value)}
						autoComplete="off"
						spellCheck={false}
						data-autofocus
					/>
				)}
				{props.error && <FailureNote error={props.error} title={props.failed} />}
				<Group justify="flex-end" gap="xs">
					<Button
						variant="default"
						onClick={props.onKeep}
						data-autofocus={props.name === undefined || undefined}
					>
						{props.keep ?? say(m.keep)}
					</Button>
					<Button
						type="submit"
						color={props.danger === false ? undefined : "red"}
						disabled={!same}
						loading={props.pending}
					>
						{props.action}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
