import { ActionIcon, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
	IconEye,
	IconKey,
	IconListDetails,
	IconLogin2,
	IconLogout,
	IconNetwork,
	IconShieldLock,
	IconUserCircle,
	IconUserPlus,
	IconUsers,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useSay } from "../lib/say";
import { may, type Session, signOut } from "../lib/session";
import { accountText as m } from "./messages";
import { ViewAs } from "./ViewAs";

/** Who is here, their account, and what they administer. */
export function AccountMenu({ session }: { session: Session }) {
	const say = useSay();
	const client = useQueryClient();
	const [viewing, view] = useDisclosure(false);
	const out = useMutation({ mutationFn: () => signOut(client) });
	const { user, organisation } = session;
	const places = [
		{ to: "/people", label: m.people, Icon: IconUsers, may: may(session, "users.manage") },
		{
			to: "/keys",
			label: m.keys,
			Icon: IconKey,
			may: may(session, "keys.manage") || may(session, "keys.own"),
		},
		{ to: "/audit", label: m.audit, Icon: IconListDetails, may: may(session, "audit.read") },
		{ to: "/network", label: m.network, Icon: IconNetwork, may: may(session, "hub.manage") },
		{
			to: "/security",
			label: m.security,
			Icon: IconShieldLock,
			may: may(session, "organisation.manage"),
		},
	].filter((p) => p.may);
	const name = user?.name ?? say(m.thisComputer);
	const about = user ? [user.roleName, organisation].filter(Boolean).join(" · ") : say(m.thisComputerAbout);
	return (
		<>
			<Menu position="bottom-end" width={250} withInitialFocusPlaceholder={false}>
				<Menu.Target>
					<ActionIcon variant="subtle" size="lg" aria-label={say(m.menu, { name })}>
						<IconUserCircle size={20} aria-hidden />
					</ActionIcon>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Label>
						<Text size="sm" fw={600} c="var(--mantine-color-text)" style={{ overflowWrap: "anywhere" }}>
							{name}
						</Text>
						<Text size="xs">{about}</Text>
					</Menu.Label>
					{user && (
						<Menu.Item leftSection={<IconUserCircle size={16} aria-hidden />} component={Link} to="/account">
							{say(m.account)}
						</Menu.Item>
					)}
					{session.local && session.signIn.accounts && (
						<Menu.Item leftSection={<IconLogin2 size={16} aria-hidden />} component={Link} to="/sign-in">
							{say(m.asPerson)}
						</Menu.Item>
					)}
					{session.local && session.setup.needed && (
						<Menu.Item leftSection={<IconUserPlus size={16} aria-hidden />} component={Link} to="/sign-in">
							{say(m.setUp)}
						</Menu.Item>
					)}
					{places.length > 0 && <Menu.Divider />}
					{places.map(({ to, label, Icon }) => (
						<Menu.Item key={to} leftSection={<Icon size={16} aria-hidden />} component={Link} to={to}>
							{say(label)}
						</Menu.Item>
					))}
					{may(session, "roles.manage") && (
						<Menu.Item leftSection={<IconEye size={16} aria-hidden />} onClick={view.open}>
							{say(m.viewAs)}
						</Menu.Item>
					)}
					{user && (
						<>
							<Menu.Divider />
							<Menu.Item
								leftSection={<IconLogout size={16} aria-hidden />}
								onClick={() => out.mutate()}
								disabled={out.isPending}
							>
								{say(m.signOut)}
							</Menu.Item>
						</>
					)}
				</Menu.Dropdown>
			</Menu>
			<ViewAs opened={viewing} onClose={view.close} />
		</>
	);
}
