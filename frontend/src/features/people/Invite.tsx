import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { Dialog } from "../../components/access/Dialog";
import { Once } from "../../components/access/Once";
import { FailureNote } from "../../components/FailureNote";
import type { User } from "../../lib/people";
import { useSay } from "../../lib/say";
import { type Link as Invitation, inviteUser } from "./api";
import { users as m } from "./messages";

/** Makes a link for somebody, and shows it this once. */
export function InviteDialog({ of: u, onClose }: { of?: User; onClose: () => void }) {
	const say = useSay();
	return (
		<Dialog
			opened={u !== undefined}
			onClose={onClose}
			title={u && say(m.inviteTitle, { name: u.name })}
			size="lg"
		>
			{u && <Make key={u.id} of={u} onDone={onClose} />}
		</Dialog>
	);
}

function Make({ of: u, onDone }: { of: User; onDone: () => void }) {
	const say = useSay();
	const { mutate, ...make } = useMutation({ mutationFn: inviteUser });
	useEffect(() => mutate(u.id), [u.id, mutate]);
	if (make.error)
		return <FailureNote error={make.error} title={say(m.inviteFailed)} onRetry={() => mutate(u.id)} />;
	if (!make.data) return <Skeleton height={240} aria-label={say(m.inviteLoading)} />;
	return <Invited link={make.data} onDone={onDone} />;
}

/** A link that lets one person in once, with its picture for their phone. */
export function Invited({ link: l, onDone }: { link: Invitation; onDone: () => void }) {
	const say = useSay();
	return (
		<Stack gap="md">
			<Text size="sm">{say(m.inviteAbout, { moment: say.moment(l.expires) })}</Text>
			{l.here && (
				<Text size="sm" c="var(--hub-warn)">
					{say.rich(m.inviteHere, {
						link: (c) => (
							<Link to="/network" className="link">
								{c}
							</Link>
						),
					})}
				</Text>
			)}
			<Once label={say(m.link)} value={l.link} />
			<Group justify="center">
				<img
					src={`data:image/svg+xml,${encodeURIComponent(l.qr)}`}
					alt={say(m.qr)}
					width={220}
					height={220}
					style={{ background: "white", borderRadius: 8 }}
				/>
			</Group>
			<Group justify="flex-end">
				<Button onClick={onDone} data-autofocus>
					{say(m.done)}
				</Button>
			</Group>
		</Stack>
	);
}
