import { Button, Group, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { FailureNote } from "../../components/FailureNote";
import { PasskeysAway, passkeysWork } from "../../components/PasskeysAway";
import { gaveUp, makePasskey, passkeyName } from "../../lib/passkeys";
import { useSay } from "../../lib/say";
import type { Session } from "../../lib/session";
import {
	addPasskey,
	beginAdd,
	type Me,
	type MyPasskey,
	removePasskey,
	renamePasskey,
	useChange,
} from "./api";
import classes from "./me.module.css";
import { m } from "./messages";
import { Row } from "./Part";

export function Passkeys({ me, session }: { me: Me; session: Session }) {
	const say = useSay();
	const [adding, setAdding] = useState(false);
	const [renaming, setRenaming] = useState<MyPasskey>();
	const remove = useChange(
		(k: MyPasskey) => removePasskey(k.id),
		(_, { name }) => notifications.show({ message: say(m.removed, { name }) }),
	);
	return (
		<>
			<Row
				title={say(m.passkeys)}
				about={
					<>
						{say(m.passkeysAbout)} {me.passkeys.length === 0 && say(m.passkeyNone)}
						<PasskeysAway session={session} />
					</>
				}
			>
				{me.mfa !== "off" && passkeysWork(session) && (
					<Button variant="default" onClick={() => setAdding(true)}>
						{say(m.passkeyAdd)}
					</Button>
				)}
			</Row>
			{remove.error && <FailureNote error={remove.error} title={say(m.notRemoved)} />}
			{me.passkeys.length > 0 && (
				<ul className={classes.list} aria-label={say(m.passkeys)}>
					{me.passkeys.map((k) => (
						<li key={k.id}>
							<Row
								title={k.name}
								about={[
									say(m.passkeySince, { day: say.moment(k.added) }),
									k.here ? "" : say(m.passkeyElsewhere, { rp: k.rp }),
								]
									.filter(Boolean)
									.join(" · ")}
							>
								<Button
									size="compact-sm"
									variant="subtle"
									onClick={() => setRenaming(k)}
									aria-label={say(m.rename, { name: k.name })}
								>
									{say(m.renameShort)}
								</Button>
								<Button
									size="compact-sm"
									variant="subtle"
									color="red"
									loading={remove.isPending && remove.variables?.id === k.id}
									onClick={() => remove.mutate(k)}
									aria-label={say(m.remove, { name: k.name })}
								>
									{say(m.removeShort)}
								</Button>
							</Row>
						</li>
					))}
				</ul>
			)}
			<Dialog opened={adding} onClose={() => setAdding(false)} title={say(m.passkeyAdd)}>
				<Add onDone={() => setAdding(false)} />
			</Dialog>
			<Dialog
				opened={renaming !== undefined}
				onClose={() => setRenaming(undefined)}
				title={say(m.renameTitle)}
			>
				{renaming && <Rename of={renaming} onDone={() => setRenaming(undefined)} />}
			</Dialog>
		</>
	);
}

function Add({ onDone }: { onDone: () => void }) {
	const say = useSay();
	const [name, type] = useState(passkeyName);
	const add = useChange(
		async () => addPasskey(name.trim(), await makePasskey(await beginAdd())),
		() => {
			notifications.show({ message: say(m.passkeyAdded, { name: name.trim() }) });
			onDone();
		},
	);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (name.trim() !== "") add.mutate(undefined);
	};
	const error = add.error && !gaveUp(add.error) ? add.error : undefined;
	return (
		<form onSubmit={submit}>
			<Stack gap="md">
				<TextInput
					label={say(m.passkeyName)}
					description={say(m.passkeyNameAbout)}
					value={name}
					onChange={(e) => type(e.currentTarget.value)}
					maxLength={100}
					autoComplete="off"
					data-autofocus
				/>
				{error && <FailureNote error={error} title={say(m.passkeyNot)} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={onDone}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={add.isPending} disabled={name.trim() === ""}>
						{say(m.passkeyAdd)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

function Rename({ of, onDone }: { of: MyPasskey; onDone: () => void }) {
	const say = useSay();
	const [name, type] = useState(of.name);
	const rename = useChange(() => renamePasskey(of.id, name.trim()), onDone);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (name.trim() !== "") rename.mutate(undefined);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="md">
				<TextInput
					label={say(m.nameLabel)}
					value={name}
					onChange={(e) => type(e.currentTarget.value)}
					maxLength={100}
					autoComplete="off"
					data-autofocus
				/>
				{rename.error && <FailureNote error={rename.error} title={say(m.notSaved)} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={onDone}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>
						{say(m.save)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
