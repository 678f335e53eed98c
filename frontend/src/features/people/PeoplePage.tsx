import { Container, Tabs, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { NotPermitted } from "../../components/access/NotPermitted";
import { useSay } from "../../lib/say";
import { useMay, useSession } from "../../lib/session";
import { m } from "./messages";
import { Places } from "./Places";
import { Roles } from "./Roles";
import { Users } from "./Users";

/** Who comes in, by which role, over which places. */
export function PeoplePage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const session = useSession();
	const [users, roles, places] = [
		useMay("users.manage"),
		useMay("roles.manage"),
		useMay("organisation.manage"),
	];
	const { tab = users ? "users" : "roles" } = useSearch({ from: "/people" });
	const navigate = useNavigate({ from: "/people" });
	if (!session) return null;
	if (!users && !roles && !places) return <NotPermitted />;
	return (
		<Container size="xl" py="lg">
			<Title order={1} size="h2">
				{say(m.title)}
			</Title>
			<Text c="dimmed" mb="md">
				{say(m.about)}
			</Text>
			<Tabs
				value={tab}
				onChange={(t) => navigate({ search: { tab: t as typeof tab }, resetScroll: false })}
				keepMounted={false}
				aria-label={say(m.parts)}
			>
				<Tabs.List mb="md">
					{users && <Tabs.Tab value="users">{say(m.tabUsers)}</Tabs.Tab>}
					<Tabs.Tab value="roles">{say(m.tabRoles)}</Tabs.Tab>
					<Tabs.Tab value="places">{say(m.tabPlaces)}</Tabs.Tab>
				</Tabs.List>
				{users && (
					<Tabs.Panel value="users">
						<Users />
					</Tabs.Panel>
				)}
				<Tabs.Panel value="roles">
					<Roles />
				</Tabs.Panel>
				<Tabs.Panel value="places">
					<Places />
				</Tabs.Panel>
			</Tabs>
		</Container>
	);
}
