import { Button, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSay } from "../../lib/say";
import { FailureNote } from "../FailureNote";
import classes from "./activity.module.css";
import { type Difference, differencesQuery } from "./api";
import { m } from "./messages";
import { collectionName, rowsOf } from "./words";

/** What one write changed, field by field, before and after. */
export function Differences({ batch, vehicle }: { batch: string; vehicle?: string }) {
	const say = useSay();
	const q = useInfiniteQuery(differencesQuery(batch, vehicle));
	if (q.error)
		return <FailureNote error={q.error} title={say(m.differencesFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={80} aria-label={say(m.loadingChanges)} />;
	const items = q.data.pages.flatMap((p) => p.items);
	return (
		<Stack gap="sm">
			{items.length === 0 && (
				<Text size="sm" c="dimmed">
					{say(m.noChanges)}
				</Text>
			)}
			{items.map((d) => (
				<One key={`${d.collection}${d.id}`} difference={d} of={vehicle} />
			))}
			{q.hasNextPage && (
				<Button
					variant="subtle"
					size="compact-sm"
					loading={q.isFetchingNextPage}
					onClick={() => q.fetchNextPage()}
				>
					{say(m.moreChanges)}
				</Button>
			)}
		</Stack>
	);
}

const dones = { added: m.added, changed: m.changedNow, removed: m.gone2 };

function One({ difference: d, of }: { difference: Difference; of?: string }) {
	const say = useSay();
	const rows = rowsOf(d.changes, say);
	const collection = collectionName(d.collection, say);
	const done = say(dones[d.done]);
	const title =
		!of && d.vehicle?.title && d.collection !== "vehicles"
			? say(m.ofVehicle, { collection, vehicle: d.vehicle.title, done })
			: say(m.ofThis, {
					collection: d.collection === "vehicles" ? (d.vehicle?.title ?? collection) : collection,
					done,
				});
	return (
		<div>
			<Text size="sm" fw={600}>
				{title}
			</Text>
			{d.unknown && (
				<Text size="xs" c="dimmed">
					{say(m.unknownAfter)}
				</Text>
			)}
			{rows.length === 0 ? (
				<Text size="sm" c="dimmed">
					{say(m.noChanges)}
				</Text>
			) : (
				<Table aria-label={title} className={classes.changes} verticalSpacing={4}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th scope="col">{say(m.field)}</Table.Th>
							{d.done !== "added" && <Table.Th scope="col">{say(m.before)}</Table.Th>}
							{d.done !== "removed" && !d.unknown && <Table.Th scope="col">{say(m.after)}</Table.Th>}
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{rows.map((r) => (
							<Table.Tr key={r.path}>
								<Table.Th scope="row" fw={400}>
									{r.name}
								</Table.Th>
								{d.done !== "added" && <Cell text={r.before} />}
								{d.done !== "removed" && !d.unknown && <Cell text={r.after} />}
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			)}
		</div>
	);
}

function Cell({ text }: { text: string }) {
	const say = useSay();
	return (
		<Table.Td>
			{text || (
				<Text span size="sm" c="dimmed">
					{say(m.empty)}
				</Text>
			)}
		</Table.Td>
	);
}
