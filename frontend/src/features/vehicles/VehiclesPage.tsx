import { Alert, Button, Container, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { count } from "../../lib/format";
import { metaQuery, useRefresh } from "../../lib/queries";
import { loadSample, removeSample, vehiclesQuery } from "./api";
import { VehicleTable } from "./VehicleTable";

export function VehiclesPage() {
	const { q } = useSearch({ from: "/vehicles" });
	const meta = useQuery(metaQuery);
	const list = useInfiniteQuery(vehiclesQuery);
	const items = list.data?.pages.flatMap((p) => p.items) ?? [];
	return (
		<Container size="xl" py="lg">
			<Stack gap="md">
				<Group justify="space-between">
					<Title order={1} size="h2">
						Vehicles
					</Title>
					<Button component={Link} to="/">
						Add by VIN
					</Button>
				</Group>
				{meta.data?.sample && !q && <SampleBanner />}
				{list.error && <FailureNote error={list.error} title="The list could not be read" />}
				{list.isPending && <Skeleton height={320} aria-label="Loading vehicles" />}
				{list.data && items.length === 0 && <Empty />}
				{items.length > 0 && (
					<VehicleTable
						items={items}
						more={list.hasNextPage}
						onMore={() => !list.isFetching && list.fetchNextPage()}
					/>
				)}
			</Stack>
		</Container>
	);
}

function Empty() {
	const refresh = useRefresh();
	const load = useMutation({ mutationFn: loadSample, onSuccess: refresh });
	return (
		<Stack align="flex-start" gap="sm" py="xl">
			<Title order={2} size="h4">
				No vehicles yet
			</Title>
			<Text>
				A vehicle you save is kept here with its readings, services and costs. Start with a VIN, or look
				around with the sample fleet; it goes again with one click.
			</Text>
			<Group>
				<Button component={Link} to="/">
					Decode a VIN
				</Button>
				<Button variant="default" loading={load.isPending} onClick={() => load.mutate()}>
					Load the sample fleet
				</Button>
			</Group>
			{load.error && <FailureNote error={load.error} />}
		</Stack>
	);
}

function SampleBanner() {
	const refresh = useRefresh();
	const remove = useMutation({
		mutationFn: removeSample,
		onSuccess: async (r) => {
			await refresh();
			notifications.show({ message: `${count(r.vehicles, "sample vehicle")} removed.` });
		},
	});
	return (
		<Alert color="petrol" variant="light" p="xs" px="md">
			<Group justify="space-between" gap="sm">
				<Text size="sm">
					This is the sample fleet: real VIN patterns, made-up records, some with planted faults.
				</Text>
				<Button
					size="compact-sm"
					variant="default"
					loading={remove.isPending}
					onClick={() => remove.mutate()}
				>
					Remove the sample fleet
				</Button>
			</Group>
			{remove.error && <FailureNote error={remove.error} />}
		</Alert>
	);
}
