import { Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { FailureNote } from "../../components/FailureNote";
import { leastPassword, NewPassword, PasswordField } from "../../components/PasswordField";
import { useWait } from "../../hooks/useWait";
import { Failure } from "../../lib/api";
import { useSay } from "../../lib/say";
import { useSession } from "../../lib/session";
import { type Me, setPassword, useChange } from "./api";
import { m } from "./messages";
import { Part, Row } from "./Part";

export function Password({ me }: { me: Me }) {
	const say = useSay();
	const owed = useSession()?.owes.includes("password") ?? false;
	const [open, setOpen] = useState(false);
	const about = me.passwordSet
		? say(m.passwordSet, { day: say.moment(me.passwordSet) })
		: say(m.passwordNone);
	return (
		<Part title={say(m.password)}>
			{owed ? (
				<Form me={me} owed onDone={() => {}} />
			) : (
				<Row title={about}>
					<Button variant="default" onClick={() => setOpen(true)}>
						{say(me.password ? m.change : m.set)}
					</Button>
				</Row>
			)}
			<Dialog
				opened={open && !owed}
				onClose={() => setOpen(false)}
				title={say(me.password ? m.change : m.set)}
			>
				<Form me={me} owed={false} onDone={() => setOpen(false)} />
			</Dialog>
		</Part>
	);
}

function Form({ me, owed, onDone }: { me: Me; owed: boolean; onDone: () => void }) {
	const say = useSay();
	const [current, setCurrent] = useState("");
	const [password, type] = useState("");
	const asks = me.password && !owed;
	const change = useChange(
		() => setPassword(asks ? current : undefined, password),
		() => {
			notifications.show({ message: say(m.changed) });
			onDone();
		},
	);
	const wait = useWait(change.error);
	const failure = change.error instanceof Failure ? change.error : undefined;
	const ofField = failure?.field("/current") ?? failure?.field("/password");
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (wait === 0) change.mutate(undefined);
	};
	return (
		<form onSubmit={submit} aria-label={say(m.password)}>
			<Stack gap="sm" mt={owed ? "sm" : 0}>
				<input type="text" name="username" value={me.login} autoComplete="username" readOnly hidden />
				{asks && (
					<PasswordField
						label={say(m.current)}
						value={current}
						onChange={(e) => setCurrent(e.currentTarget.value)}
						error={failure?.field("/current")}
						autoComplete="current-password"
						data-autofocus
					/>
				)}
				<NewPassword
					label={say(m.newPassword)}
					value={password}
					onChange={(e) => type(e.currentTarget.value)}
					error={failure?.field("/password")}
				/>
				<Text size="xs" c="dimmed">
					{say(m.ends)}
				</Text>
				{change.error && !ofField && <FailureNote error={change.error} title={say(m.notChanged)} />}
				<Group justify={owed ? "flex-start" : "flex-end"} gap="xs">
					{!owed && (
						<Button variant="default" onClick={onDone}>
							{say(m.cancel)}
						</Button>
					)}
					<Button
						type="submit"
						loading={change.isPending}
						disabled={wait > 0 || [...password].length < leastPassword || (asks && current === "")}
					>
						{say(me.password && !owed ? m.change : m.set)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
