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
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { Alike } from "../../components/Alike";
import { NotPermitted } from "../../components/access/NotPermitted";
import { FailureNote } from "../../components/FailureNote";
import { useWrite } from "../../hooks/useWrite";
import type { Message } from "../../lib/catalogue";
import { metaQuery } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { may, useMay, useSession } from "../../lib/session";
import { type FoundVehicle, facetFields, loadSample, pageSize, removeSample } from "./api";
import { ColumnMenu } from "./ColumnMenu";
import { columnsOf, ownColumns, sortingOf, sortText, usualColumns } from "./columns";
import { ExportMenu } from "./ExportMenu";
import { FilterPanel } from "./FilterPanel";
import { facetChips, filtersIn, toggled } from "./facets";
import { m } from "./messages";
import { SelectedBar } from "./SelectedBar";
import { useFleet } from "./useFleet";
import { useSelection } from "./useSelection";
import { VehicleTable } from "./VehicleTable";
import { ViewMenu } from "./ViewMenu";

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
	const { q = "", sort, columns: named } = useSearch({ from: "/vehicles" });
	const navigate = useNavigate({ from: "/vehicles" });
	const meta = useQuery(metaQuery);
	useDocumentTitle(q ? say(m.pageOf, { q }) : say(m.page));
	const [range, setRange] = useState({ first: 0, last: 0 });
	// Only another page to read is news to the list.
	const onRange = useCallback((first: number, last: number) => {
		const page = (n: number) => Math.floor(n / pageSize);
		setRange((old) =>
			page(old.first) === page(first) && page(old.last) === page(last) ? old : { first, last },
		);
	}, []);
	const reason = useCallback((f: FoundVehicle) => <Why found={f} q={q} />, [q]);
	const fleet = useFleet(q, sort, range.first, range.last);
	const selection = useSelection(fleet, q);
	const session = useSession();
	const costs = may(session, "costs.read");
	const names = named ?? usualColumns;
	const columns = useMemo(() => columnsOf(names, costs), [names, costs]);
	if (!may(session, "vehicles.read")) return <NotPermitted />;
	const { first } = fleet;
	const empty = meta.data?.empty === true;
	const order = sort ?? (q ? "" : "-changed");
	const offered = sorts.filter((s) => costs || s.value !== "-cost").slice(q ? 0 : 1);
	const known = offered.some((x) => x.value === order);
	const go = (next: { q?: string; sort?: string; columns?: string[] }, replace = false) =>
		navigate({
			search: (old) => ({ ...old, ...next }),
			replace,
			resetScroll: next.q !== undefined || next.sort !== undefined,
		});
	return (
		<Container size="xl" py="lg">
			<Stack gap="md">
				<Group justify="space-between">
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Group gap="xs">
						{may(session, "vehicles.export") && !empty && (
							<ExportMenu n={fleet.total} of={{ q, sort: order, columns: names }} />
						)}
						{may(session, "vehicles.write") && (
							<Button component={Link} to="/">
								{say(m.add)}
							</Button>
						)}
					</Group>
				</Group>
				{meta.data?.sample && !q && may(session, "hub.manage") && <SampleBanner />}
				{fleet.error && (
					<FailureNote error={fleet.error} title={say(m.failed)} onRetry={() => fleet.refetch()} />
				)}
				{fleet.isPending && !fleet.error && <Skeleton height={320} aria-label={say(m.loading)} />}
				{empty && <Empty />}
				{!empty && first && (
					<>
						<Group justify="space-between" align="center" gap="sm">
							<Text size="sm" c="dimmed" role="status" aria-live="polite">
								{summary(first, q, say)}
							</Text>
							<Group gap="xs">
								<NativeSelect
									size="xs"
									aria-label={say(m.sortBy)}
									value={known ? order : "other"}
									data={[
										...offered.map((x) => ({ value: x.value, label: say(x.label) })),
										...(known ? [] : [{ value: "other", label: say(m.otherSort) }]),
									]}
									onChange={(e) => {
										const { value } = e.currentTarget;
										if (value !== "other") void go({ sort: value || undefined }, true);
									}}
								/>
								<FilterPanel q={q} onQuery={(next) => go({ q: next || undefined })} />
								<ColumnMenu
									chosen={names}
									own={ownColumns(fleet.loaded())}
									onChange={(next) =>
										go({ columns: next.join() === usualColumns.join() ? undefined : next }, true)
									}
								/>
								<ViewMenu
									now={{ query: q, sort: sort ?? "", columns: named ?? [] }}
									onOpen={(v) =>
										go({
											q: v.query || undefined,
											sort: v.sort || undefined,
											columns: v.columns.length > 0 ? v.columns : undefined,
										})
									}
								/>
							</Group>
						</Group>
						<Facets facets={first.facets ?? {}} q={q} onQuery={(next) => go({ q: next || undefined })} />
					</>
				)}
				{!empty && first && fleet.total === 0 && !first.building && <NothingFound q={q} />}
				{fleet.total > 0 && (
					<>
						<SelectedBar fleet={fleet} selection={selection} q={q} />
						<VehicleTable
							fleet={fleet}
							columns={columns}
							sorting={sortingOf(order)}
							onSort={(s) => go({ sort: sortText(s) || undefined }, true)}
							selection={selection}
							onRange={onRange}
							reason={q ? reason : undefined}
						/>
					</>
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
function Why({ found, q }: { found: FoundVehicle; q: string }) {
	const say = useSay();
	// A value that was chosen as a filter says nothing new on each row.
	const plain = (field: string) =>
		["make", "model", "vin"].includes(field) ||
		filtersIn(q, [field]).some(() => facetFields.some((f) => f === field));
	const reasons = found.reasons.filter((r) => !plain(r.field));
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
