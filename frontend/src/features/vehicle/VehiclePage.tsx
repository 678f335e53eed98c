import { Container, Skeleton, Stack, Tabs } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { vehicleQuery } from "./api";
import { Header } from "./Header";
import { Insights } from "./Insights";
import { Overview } from "./Overview";
import { Specs } from "./Specs";
import { Timeline } from "./Timeline";

export function VehiclePage() {
	const { id } = useParams({ from: "/vehicles/$id" });
	const { tab = "overview" } = useSearch({ from: "/vehicles/$id" });
	const navigate = useNavigate({ from: "/vehicles/$id" });
	const vehicle = useQuery(vehicleQuery(id));
	useDocumentTitle(vehicle.data ? `${vehicle.data.title} · Hubcap` : "Hubcap");
	return (
		<Container size="lg" py="lg">
			{vehicle.error && (
				<FailureNote
					error={vehicle.error}
					title="This vehicle could not be read"
					onRetry={() => vehicle.refetch()}
				/>
			)}
			{vehicle.isPending && <Skeleton height={220} aria-label="Loading vehicle" />}
			{vehicle.data && (
				<Stack gap="md">
					<Header vehicle={vehicle.data} />
					<Tabs
						value={tab}
						onChange={(t) => navigate({ search: { tab: t as typeof tab }, resetScroll: false })}
						keepMounted={false}
						aria-label="Parts of the vehicle"
					>
						<Tabs.List mb="md">
							<Tabs.Tab value="overview">Overview</Tabs.Tab>
							<Tabs.Tab value="specs">Specs</Tabs.Tab>
							<Tabs.Tab value="timeline">Timeline</Tabs.Tab>
							<Tabs.Tab value="insights">Insights</Tabs.Tab>
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
						<Tabs.Panel value="insights">
							<Insights vehicle={vehicle.data} />
						</Tabs.Panel>
					</Tabs>
				</Stack>
			)}
		</Container>
	);
}
