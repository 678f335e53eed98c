import { Container, Skeleton, Stack, Tabs } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { NotPermitted } from "../../components/access/NotPermitted";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { ActivityTab } from "./ActivityTab";
import { vehicleQuery } from "./api";
import { FilesTab } from "./files/FilesTab";
import { Header } from "./Header";
import { Insights } from "./Insights";
import { m } from "./messages";
import { Overview } from "./Overview";
import { Specs } from "./Specs";
import { Timeline } from "./Timeline";

export function VehiclePage() {
	const say = useSay();
	const { id } = useParams({ from: "/vehicles/$id" });
	const { tab = "overview" } = useSearch({ from: "/vehicles/$id" });
	const navigate = useNavigate({ from: "/vehicles/$id" });
	const vehicle = useQuery(vehicleQuery(id));
	const may = useMay("vehicles.read");
	useDocumentTitle(vehicle.data ? say(m.page, { title: vehicle.data.title }) : say(m.pageBare));
	if (!may) return <NotPermitted />;
	return (
		<Container size="lg" py="lg">
			{vehicle.error && (
				<FailureNote error={vehicle.error} title={say(m.failed)} onRetry={() => vehicle.refetch()} />
			)}
			{vehicle.isPending && <Skeleton height={220} aria-label={say(m.loading)} />}
			{vehicle.data && (
				<Stack gap="md">
					<Header vehicle={vehicle.data} />
					<Tabs
						value={tab}
						onChange={(t) => navigate({ search: { tab: t as typeof tab }, resetScroll: false })}
						keepMounted={false}
						aria-label={say(m.parts)}
					>
						<Tabs.List mb="md">
							<Tabs.Tab value="overview">{say(m.overview)}</Tabs.Tab>
							<Tabs.Tab value="specs">{say(m.specs)}</Tabs.Tab>
							<Tabs.Tab value="timeline">{say(m.timeline)}</Tabs.Tab>
							<Tabs.Tab value="files">{say(m.files)}</Tabs.Tab>
							<Tabs.Tab value="insights">{say(m.insights)}</Tabs.Tab>
							<Tabs.Tab value="activity">{say(m.activity)}</Tabs.Tab>
						</Tabs.List>
						<Tabs.Panel value="overview">
							<Overview vehicle={vehicle.data} />
						</Tabs.Panel>
						<Tabs.Panel value="specs">
							<Specs id={id} />
						</Tabs.Panel>
						<Tabs.Panel value="timeline">
							<Timeline vehicle={vehicle.data} />
						</Tabs.Panel>
						<Tabs.Panel value="files">
							<FilesTab vehicle={vehicle.data} />
						</Tabs.Panel>
						<Tabs.Panel value="insights">
							<Insights vehicle={vehicle.data} />
						</Tabs.Panel>
						<Tabs.Panel value="activity">
							<ActivityTab id={id} />
						</Tabs.Panel>
					</Tabs>
				</Stack>
			)}
		</Container>
	);
}
