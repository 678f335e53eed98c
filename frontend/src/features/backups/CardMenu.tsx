import { Button, Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Dialog, Sure } from "../../components/access/Dialog";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { type Backup, backupsQuery, entryOf, removeBackup, saveBackup, type Work, work } from "./api";
import { KeysFlow } from "./KeysFlow";
import { form, keysText, m } from "./messages";
import { NewPassphrase } from "./Passphrase";
import { PlaceForm } from "./PlaceForm";
import { Prune } from "./Prune";
import { NewRecovery, Words } from "./Recovery";

/** What a person has asked to do with a place, in a dialog. */
export type Asked = "setup" | "words" | "edit" | "remove" | "prune" | "rotate" | "passphrase" | "recovery";

/** Everything that is done with a place now and then. */
export function CardMenu(props: {
	of: Backup;
	owns: boolean;
	/** It is set up, switched on, and of this store's history. */
	ready: boolean;
	asked: Asked | undefined;
	onAsk: (a: Asked | undefined) => void;
	onStart: (w: Work) => void;
	onJob: (id: string) => void;
}) {
	const say = useSay();
	const client = useQueryClient();
	const navigate = useNavigate();
	const { of: b, owns, ready, onAsk } = props;
	const again = () => client.invalidateQueries({ queryKey: backupsQuery.queryKey });
	const flip = useMutation({
		mutationFn: () => saveBackup(b, { ...entryOf(b), paused: !b.paused }),
		onSuccess: () => offer(say, say(b.paused ? m.resumed : m.paused, { name: b.name })),
		onError: (e) => notifications.show({ title: say(m.notChanged), message: e.message, color: "red" }),
		onSettled: again,
	});
	const item = (label: string, onClick: () => void, color?: string) => (
		<Menu.Item onClick={onClick} color={color}>
			{label}
		</Menu.Item>
	);
	return (
		<>
			<Menu position="bottom-end" width={260} withInitialFocusPlaceholder={false}>
				<Menu.Target>
					<Button size="compact-sm" variant="default" aria-label={say(m.more, { name: b.name })} px="xs">
						<IconDots size={18} aria-hidden />
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					{b.setUp && (
						<>
							{item(
								say(m.restore),
								() => void navigate({ to: "/backups", search: { tab: "restore", of: b.id } }),
							)}
							<Menu.Divider />
							<Menu.Label>{say(m.moreWork)}</Menu.Label>
							{ready && item(say(m.drill), () => props.onStart("drill"))}
							{ready && item(say(m.chaos), () => props.onStart("chaos"))}
							{item(say(m.verifyAll), () => props.onStart("verifyAll"))}
							{ready && item(say(m.full), () => props.onStart("full"))}
							<Menu.Divider />
						</>
					)}
					<Menu.Label>{say(m.moreManage)}</Menu.Label>
					{b.setUp && item(say(m.prune), () => onAsk("prune"))}
					{owns && (
						<>
							{b.setUp && item(say(b.paused ? m.resume : m.pause), () => flip.mutate())}
							{item(say(m.edit), () => onAsk("edit"))}
							{b.setUp && (
								<>
									<Menu.Divider />
									<Menu.Label>{say(m.moreKeys)}</Menu.Label>
									{item(say(m.passphrase), () => onAsk("passphrase"))}
									{item(say(m.recovery), () => onAsk("recovery"))}
									{ready && item(say(m.rotate), () => onAsk("rotate"))}
								</>
							)}
							<Menu.Divider />
							{item(say(m.remove), () => onAsk("remove"), "red")}
						</>
					)}
				</Menu.Dropdown>
			</Menu>
			<Dialogs {...props} />
		</>
	);
}

function Dialogs(props: Parameters<typeof CardMenu>[0]) {
	const say = useSay();
	const client = useQueryClient();
	const { of: b, asked, onAsk, onJob } = props;
	const close = () => onAsk(undefined);
	const again = () => client.invalidateQueries({ queryKey: backupsQuery.queryKey });
	const name = b.name;
	const remove = useMutation({
		mutationFn: () => removeBackup(b),
		onSuccess: () => offer(say, say(m.removed, { name })),
		onSettled: again,
	});
	const rotate = useMutation({
		mutationFn: () => work.rotate(b.id),
		onSuccess: (j) => {
			onJob(j.id);
			close();
		},
	});
	return (
		<>
			<KeysFlow of={b} opened={asked === "setup"} onClose={close} onJob={onJob} />
			<NewRecovery of={b} opened={asked === "recovery"} onClose={close} />
			<Dialog opened={asked === "words"} onClose={close} title={say(keysText.confirmTitle)}>
				<Words id={b.id} ask={b.ask} onDone={close} onCancel={close} />
			</Dialog>
			<Dialog opened={asked === "edit"} onClose={close} title={say(form.editTitle, { name })} size="lg">
				<PlaceForm of={b} onCancel={close} onSaved={close} />
			</Dialog>
			<Dialog opened={asked === "prune"} onClose={close} title={say(m.pruneTitle, { name })} size="xl">
				<Prune
					of={b}
					may={props.owns && props.ready}
					onClose={close}
					onJob={(id) => {
						onJob(id);
						close();
					}}
				/>
			</Dialog>
			<Dialog opened={asked === "passphrase"} onClose={close} title={say(keysText.changeTitle, { name })}>
				<NewPassphrase of={b} onClose={close} />
			</Dialog>
			<Dialog opened={asked === "rotate"} onClose={close} title={say(m.rotateTitle, { name })}>
				<Sure
					about={<Text size="sm">{say(m.rotateAbout)}</Text>}
					action={say(m.rotateAct)}
					keep={say(m.cancel)}
					danger={false}
					name={name}
					failed={say(m.notStarted)}
					error={rotate.error}
					pending={rotate.isPending}
					onDo={() => rotate.mutate()}
					onKeep={close}
				/>
			</Dialog>
			<Dialog opened={asked === "remove"} onClose={close} title={say(m.removeTitle, { name })}>
				<Sure
					about={<Text size="sm">{say(m.removeAbout)}</Text>}
					action={say(m.removeAct)}
					name={name}
					failed={say(m.notRemoved)}
					error={remove.error}
					pending={remove.isPending}
					onDo={() => remove.mutate()}
					onKeep={close}
				/>
			</Dialog>
		</>
	);
}
