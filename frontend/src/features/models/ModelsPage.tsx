import { Container, Tabs, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { NotPermitted } from "../../components/access/NotPermitted";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { Models } from "./Models";
import { m } from "./messages";
import { Orders } from "./Orders";
import { Providers } from "./Providers";

/** The models that Hubcap may ask, which job each has, and where more are asked. */
export function ModelsPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const { tab = "models" } = useSearch({ from: "/models" });
	const navigate = useNavigate({ from: "/models" });
	if (!useMay("models.manage")) return <NotPermitted />;
	return (
		<Container size="lg" py="lg">
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
					<Tabs.Tab value="models">{say(m.tabModels)}</Tabs.Tab>
					<Tabs.Tab value="orders">{say(m.tabOrders)}</Tabs.Tab>
					<Tabs.Tab value="providers">{say(m.tabProviders)}</Tabs.Tab>
				</Tabs.List>
				<Tabs.Panel value="models">
					<Models />
				</Tabs.Panel>
				<Tabs.Panel value="orders">
					<Orders />
				</Tabs.Panel>
				<Tabs.Panel value="providers">
					<Providers />
				</Tabs.Panel>
			</Tabs>
		</Container>
	);
}
