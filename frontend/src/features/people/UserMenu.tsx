import { ActionIcon, Menu } from "@mantine/core";
import {
	IconBan,
	IconCheck,
	IconDevices,
	IconDots,
	IconHistory,
	IconKey,
	IconLink,
	IconLogout,
	IconPencil,
	IconShieldOff,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { type User, usersQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { draftOf, endSessions, setUser } from "./api";
import { users as m, m as page } from "./messages";
import { ResetForm } from "./ResetForm";
import { UserSessions } from "./UserSessions";

/** What can be done with an account beside editing it. */
export function UserMenu(props: { of: User; me: boolean; onEdit: () => void; onInvite: (u: User) => void }) {
	const say = useSay();
	const client = useQueryClient();
	const { of: u } = props;
	const [dialog, setDialog] = useState<"sessions" | "reset">();
	const [mayKeys, mayAudit] = [useMay("keys.manage"), useMay("audit.read")];
	const again = () => client.invalidateQueries({ queryKey: usersQuery.queryKey });
	const flip = useMutation({
		mutationFn: (of: User) => setUser(of, { ...draftOf(of), disabled: !of.disabled }),
		onSuccess: (now) => {
			offer(say, say(now.disabled ? m.wasDisabled : m.wasEnabled, { name: u.name }), async () => {
				await setUser(now, { ...draftOf(now), disabled: !now.disabled });
				await again();
			});
		},
		onSettled: again,
	});
	const out = useMutation({
		mutationFn: () => endSessions(u.id),
		onSuccess: () => offer(say, say(m.signedOut, { name: u.name })),
		onSettled: again,
	});
	const error = flip.error ?? out.error;
	const person = u.kind === "user";
	return (
		<>
			<Menu position="bottom-end" width={260}>
				<Menu.Target>
					<ActionIcon
						variant="subtle"
						color="gray"
						size="lg"
						aria-label={say(page.moreFor, { name: u.name })}
					>
						<IconDots size={18} aria-hidden />
					</ActionIcon>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={props.onEdit}>
						{say(page.edit)}
					</Menu.Item>
					{person && !u.disabled && (
						<Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={() => props.onInvite(u)}>
							{say(m.invite)}
						</Menu.Item>
					)}
					{person && (
						<>
							<Menu.Item
								leftSection={<IconDevices size={16} aria-hidden />}
								onClick={() => setDialog("sessions")}
							>
								{say(m.sessions)}
							</Menu.Item>
							<Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => out.mutate()}>
								{say(m.signOut)}
							</Menu.Item>
							<Menu.Item
								leftSection={<IconShieldOff size={16} aria-hidden />}
								onClick={() => setDialog("reset")}
							>
								{say(m.reset)}
							</Menu.Item>
						</>
					)}
					{mayKeys && (
						<Menu.Item
							leftSection={<IconKey size={16} aria-hidden />}
							component={Link}
							to="/keys"
							search={{ user: u.id } as never}
						>
							{say(m.keys)}
						</Menu.Item>
					)}
					{mayAudit && (
						<Menu.Item
							leftSection={<IconHistory size={16} aria-hidden />}
							component={Link}
							to="/audit"
							search={{ actor: u.id } as never}
						>
							{say(m.audit)}
						</Menu.Item>
					)}
					<Menu.Divider />
					<Menu.Item
						c={u.disabled ? undefined : "var(--hub-bad)"}
						leftSection={u.disabled ? <IconCheck size={16} aria-hidden /> : <IconBan size={16} aria-hidden />}
						onClick={() => flip.mutate(u)}
					>
						{say(u.disabled ? m.enable : m.disable)}
					</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			<Dialog
				opened={error !== null}
				onClose={() => {
					flip.reset();
					out.reset();
				}}
				title={u.name}
			>
				{error && <FailureNote error={error} title={say(flip.error ? m.notChanged : m.notSignedOut)} />}
			</Dialog>
			<Dialog
				opened={dialog === "sessions"}
				onClose={() => setDialog(undefined)}
				title={say(m.sessionsTitle, { name: u.name })}
				size="xl"
			>
				<UserSessions of={u} onEnd={() => out.mutate()} ending={out.isPending} />
			</Dialog>
			<Dialog
				opened={dialog === "reset"}
				onClose={() => setDialog(undefined)}
				title={say(m.resetTitle, { name: u.name })}
				size="lg"
			>
				<ResetForm of={u} onDone={() => setDialog(undefined)} />
			</Dialog>
		</>
	);
}
