import {
	Alert,
	Button,
	Chip,
	Container,
	Group,
	NativeSelect,
	Skeleton,
	Stack,
	Text,
	Title,
} from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { useWrite } from "../../hooks/useWrite";
import { count } from "../../lib/format";
import { metaQuery } from "../../lib/queries";
import { type FoundVehicle, loadSample, removeSample, searchQuery } from "./api";
import { facetChips, toggled } from "./facets";
import { VehicleTable } from "./VehicleTable";

const sorts = [
	{ value: "", label: "Best match" },
	{ value: "-changed", label: "Last changed" },
	{ value: "-year", label: "Newest model year" },
	{ value: "year", label: "Oldest model year" },
	{ value: "-price", label: "Highest price" },
	{ value: "price", label: "Lowest price" },
	{ value: "-odometer", label: "Highest odometer" },
	{ value: "-cost", label: "Highest recorded cost" },
	{ value: "due", label: "Due first" },
];

/** The vehicles: all of them, or those that the search box asks for. */
export function VehiclesPage() {
	const { q = "", sort } = useSearch({ from: "/vehicles" });
	const navigate = useNavigate({ from: "/vehicles" });
	const meta = useQuery(metaQuery);
	useDocumentTitle(q ? `${q} · Hubcap` : "Vehicles · Hubcap");
	const list = useInfiniteQuery({ ...searchQuery(q, sort), placeholderData: keepPreviousData });
	const pages = list.data?.pages ?? [];
	const items = pages.flatMap((p) => p.items);
	const first = pages[0];
	const empty = meta.data?.empty === true;
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
				{list.error && (
					<FailureNote
						error={list.error}
						title="The search could not be answered"
						onRetry={() => list.refetch()}
					/>
				)}
				{list.isPending && !list.error && <Skeleton height={320} aria-label="Loading vehicles" />}
				{empty && <Empty />}
				{!empty && first && (
					<>
						<Group justify="space-between" align="flex-end" gap="sm">
							<Text size="sm" c="dimmed" role="status" aria-live="polite">
								{summary(first, q)}
							</Text>
							<NativeSelect
								size="xs"
								aria-label="Sort by"
								value={sort ?? (q ? "" : "-changed")}
								data={q ? sorts : sorts.slice(1)}
								onChange={(e) => {
									const value = e.currentTarget.value;
									void navigate({ search: (old) => ({ ...old, sort: value || undefined }), replace: true });
								}}
							/>
						</Group>
						<Facets
							facets={first.facets ?? {}}
							q={q}
							onQuery={(next) => navigate({ search: { q: next || undefined, sort } })}
						/>
					</>
				)}
				{!empty && first && items.length === 0 && !first.building && <NothingFound q={q} />}
				{items.length > 0 && (
					<VehicleTable
						items={items.map((i) => i.vehicle)}
						more={list.hasNextPage}
						onMore={() => !list.isFetching && list.fetchNextPage()}
						reason={q ? (id) => <Why found={items.find((i) => i.vehicle.id === id)} /> : undefined}
					/>
				)}
			</Stack>
		</Container>
	);
}

function summary(first: { total: number; typos: boolean; building: boolean }, q: string): string {
	if (first.building) return "The search index is being built…";
	if (!q) return count(first.total, "vehicle");
	if (first.typos) return `Nothing matches exactly; ${count(first.total, "vehicle")} one letter off`;
	return `${count(first.total, "vehicle")} ${first.total === 1 ? "matches" : "match"}`;
}

/** One click narrows by stage, make or place; the query says so, and the address keeps it. */
function Facets(props: {
	facets: Record<string, { value: string; count: number }[]>;
	q: string;
	onQuery: (q: string) => void;
}) {
	const chips = facetChips(props.facets, props.q);
	if (chips.length === 0) return null;
	return (
		<Group gap={6} className="chips" role="group" aria-label="Narrow by">
			{chips.map((c) => (
				<Chip
					key={c.clause}
					size="xs"
					checked={c.on}
					onChange={() => props.onQuery(toggled(props.q, c.clause))}
				>
					{c.label} {c.count}
				</Chip>
			))}
		</Group>
	);
}

const fieldNames: Record<string, string> = {
	vin: "VIN",
	note: "in a note",
	service: "in a service",
	claim: "claimed",
	maker: "manufacturer",
};

/** Why a vehicle was found, with the match marked. */
function Why({ found }: { found: FoundVehicle | undefined }) {
	const reasons =
		found?.reasons.filter((r) => r.field !== "make" && r.field !== "model" && r.field !== "vin") ?? [];
	if (reasons.length === 0) return null;
	return (
		<Text size="xs" c="dimmed" lineClamp={2}>
			{reasons.slice(0, 2).map((r, i) => (
				<span key={`${r.field}${r.parts[0]?.text}`}>
					{i > 0 && " · "}
					{fieldNames[r.field] ?? r.field}:{" "}
					{r.parts.map((p, at) =>
						p.match ? (
							// biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
							<mark key={at}>{p.text}</mark>
						) : (
							p.text
						),
					)}
				</span>
			))}
		</Text>
	);
}

function NothingFound({ q }: { q: string }) {
	return (
		<Stack gap="xs" py="lg" align="flex-start">
			<Title order={2} size="h4">
				No vehicle matches “{q}”
			</Title>
			<Text size="sm">
				Try the last six characters of the VIN, a make, a plate, or a word of a note. Operators narrow it:{" "}
				<code>make:ford</code> <code>year:2015..2018</code> <code>price:&lt;20000</code> <code>has:note</code>
				.
			</Text>
			<Button component={Link} to="/vehicles" variant="default">
				Clear the search
			</Button>
		</Stack>
	);
}

function Empty() {
	const load = useWrite({
		write: () => loadSample(),
		said: (r) => `${count(r.vehicles, "sample vehicle")} loaded.`,
	});
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
				<Button variant="default" loading={load.isPending} onClick={() => load.mutate(undefined)}>
					Load the sample fleet
				</Button>
			</Group>
			{load.error && <FailureNote error={load.error} />}
		</Stack>
	);
}

function SampleBanner() {
	const remove = useWrite({
		write: () => removeSample(),
		said: (r) => `${count(r.vehicles, "sample vehicle")} removed.`,
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
					onClick={() => remove.mutate(undefined)}
				>
					Remove the sample fleet
				</Button>
			</Group>
			{remove.error && <FailureNote error={remove.error} />}
		</Alert>
	);
}
