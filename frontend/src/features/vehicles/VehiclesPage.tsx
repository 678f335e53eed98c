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
import { Alike } from "../../components/Alike";
import { NotPermitted } from "../../components/access/NotPermitted";
import { FailureNote } from "../../components/FailureNote";
import { useWrite } from "../../hooks/useWrite";
import type { Message } from "../../lib/catalogue";
import { metaQuery } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { may, useMay, useSession } from "../../lib/session";
import { type FoundVehicle, loadSample, removeSample, searchQuery } from "./api";
import { ExportMenu } from "./ExportMenu";
import { facetChips, toggled } from "./facets";
import { m } from "./messages";
import { VehicleTable } from "./VehicleTable";

const sorts = [
	{ value: "", label: m.bestMatch },
	{ value: "-changed", label: m.lastChanged },
	{ value: "-year", label: m.newest },
	{ value: "year", label: m.oldest },
	{ value: "-price", label: m.dearest },
	{ value: "price", label: m.cheapest },
	{ value: "-odometer", label: m.highestOdometer },
	{ value: "-cost", label: m.highestCost },
	{ value: "due", label: m.dueFirst },
];

/** The vehicles: all of them, or those that the search box asks for. */
export function VehiclesPage() {
	const say = useSay();
	const { q = "", sort } = useSearch({ from: "/vehicles" });
	const navigate = useNavigate({ from: "/vehicles" });
	const meta = useQuery(metaQuery);
	useDocumentTitle(q ? say(m.pageOf, { q }) : say(m.page));
	const list = useInfiniteQuery({ ...searchQuery(q, sort), placeholderData: keepPreviousData });
	const pages = list.data?.pages ?? [];
	const items = pages.flatMap((p) => p.items);
	const first = pages[0];
	const empty = meta.data?.empty === true;
	const session = useSession();
	const costs = may(session, "costs.read");
	if (!may(session, "vehicles.read")) return <NotPermitted />;
	const offered = sorts.filter((s) => costs || s.value !== "-cost").slice(q ? 0 : 1);
	return (
		<Container size="xl" py="lg">
			<Stack gap="md">
				<Group justify="space-between">
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Group gap="xs">
						{may(session, "vehicles.export") && !empty && <ExportMenu />}
						{may(session, "vehicles.write") && (
							<Button component={Link} to="/">
								{say(m.add)}
							</Button>
						)}
					</Group>
				</Group>
				{meta.data?.sample && !q && may(session, "hub.manage") && <SampleBanner />}
				{list.error && (
					<FailureNote error={list.error} title={say(m.failed)} onRetry={() => list.refetch()} />
				)}
				{list.isPending && !list.error && <Skeleton height={320} aria-label={say(m.loading)} />}
				{empty && <Empty />}
				{!empty && first && (
					<>
						<Group justify="space-between" align="flex-end" gap="sm">
							<Text size="sm" c="dimmed" role="status" aria-live="polite">
								{summary(first, q, say)}
							</Text>
							<NativeSelect
								size="xs"
								aria-label={say(m.sortBy)}
								value={sort ?? (q ? "" : "-changed")}
								data={offered.map((x) => ({ value: x.value, label: say(x.label) }))}
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

function summary(first: { total: number; typos: boolean; building: boolean }, q: string, say: Say): string {
	if (first.building) return say(m.building);
	const n = first.total;
	if (!q) return say(m.count, { n });
	return say(first.typos ? m.typos : m.matches, { n });
}

/** One click narrows by stage, make or place; the query says so, and the address keeps it. */
function Facets(props: {
	facets: Record<string, { value: string; count: number }[]>;
	q: string;
	onQuery: (q: string) => void;
}) {
	const say = useSay();
	const chips = facetChips(props.facets, props.q, say);
	if (chips.length === 0) return null;
	return (
		<Group gap={6} className="chips" role="group" aria-label={say(m.narrowBy)}>
			{chips.map((c) => (
				<Chip
					key={c.clause}
					size="xs"
					checked={c.on}
					onChange={() => props.onQuery(toggled(props.q, c.clause))}
				>
					{c.label} {say.number(c.count)}
				</Chip>
			))}
		</Group>
	);
}

const fieldNames: Record<string, Message> = {
	vin: m.inVIN,
	note: m.inNote,
	service: m.inService,
	claim: m.claimed,
	maker: m.maker,
};

/** Why a vehicle was found, with the match marked. */
function Why({ found }: { found: FoundVehicle | undefined }) {
	const say = useSay();
	const reasons =
		found?.reasons.filter((r) => r.field !== "make" && r.field !== "model" && r.field !== "vin") ?? [];
	if (reasons.length === 0) return null;
	const named = ({ field, in: name }: (typeof reasons)[number]) => {
		if (field === "file") return name ? say(m.inFile, { name }) : say(m.inFileName);
		return fieldNames[field] ? say(fieldNames[field]) : field;
	};
	return (
		<Text size="xs" c="dimmed" lineClamp={2}>
			{reasons.slice(0, 2).map((r, i) => (
				<span key={`${r.field}${r.in}${r.parts[0]?.text}`}>
					{i > 0 && " · "}
					{r.alike !== undefined && <Alike percent={r.alike} />}
					{named(r)}:{" "}
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
	const say = useSay();
	return (
		<Stack gap="xs" py="lg" align="flex-start">
			<Title order={2} size="h4">
				{say(m.none, { q })}
			</Title>
			<Text size="sm">
				{say(m.noneAbout)} <code>make:ford</code> <code>year:2015..2018</code> <code>price:&lt;20000</code>{" "}
				<code>has:note</code>
			</Text>
			<Button component={Link} to="/vehicles" variant="default">
				{say(m.clear)}
			</Button>
		</Stack>
	);
}

function Empty() {
	const say = useSay();
	const mayLoad = useMay("hub.manage");
	const load = useWrite({
		write: () => loadSample(),
		said: (r) => say(m.loaded, { n: r.vehicles }),
	});
	return (
		<Stack align="flex-start" gap="sm" py="xl">
			<Title order={2} size="h4">
				{say(m.empty)}
			</Title>
			<Text>{say(m.emptyAbout)}</Text>
			<Group>
				<Button component={Link} to="/">
					{say(m.decode)}
				</Button>
				{mayLoad && (
					<Button variant="default" loading={load.isPending} onClick={() => load.mutate(undefined)}>
						{say(m.loadSample)}
					</Button>
				)}
			</Group>
			{load.error && <FailureNote error={load.error} />}
		</Stack>
	);
}

function SampleBanner() {
	const say = useSay();
	const remove = useWrite({
		write: () => removeSample(),
		said: (r) => say(m.removed, { n: r.vehicles }),
	});
	return (
		<Alert color="petrol" variant="light" p="xs" px="md">
			<Group justify="space-between" gap="sm">
				<Text size="sm">{say(m.sampleAbout)}</Text>
				<Button
					size="compact-sm"
					variant="default"
					loading={remove.isPending}
					onClick={() => remove.mutate(undefined)}
				>
					{say(m.removeSample)}
				</Button>
			</Group>
			{remove.error && <FailureNote error={remove.error} />}
		</Alert>
	);
}
