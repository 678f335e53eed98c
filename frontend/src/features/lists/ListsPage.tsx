import { Alert, Button, Container, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconBarcode, IconTrash } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { type Intake, intakesQuery, removeIntake, restoreIntake, watchedQuery } from "./api";
import { DropFiles } from "./DropFiles";
import { Learned } from "./Learned";
import classes from "./lists.module.css";
import { m } from "./messages";
import { useAddFiles } from "./useAddFiles";
import { rowsOf, takenOf } from "./words";

/** The front door for lists: drop one, or go on with an earlier one. */
export function ListsPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const navigate = useNavigate();
	const q = useInfiniteQuery(intakesQuery());
	const files = useAddFiles();
	const items = q.data?.pages.flatMap((p) => p.items) ?? [];
	const add = async (list: File[]) => {
		const made = await files.add(list);
		if (made) await navigate({ to: "/lists/$id", params: { id: made.id } });
		return made;
	};
	return (
		<Container size="lg" py="lg">
			<Title order={1} size="h2">
				{say(m.title)}
			</Title>
			<Text c="dimmed" mb="md">
				{say(m.about)}
			</Text>
			<DropFiles files={files} onFiles={add}>
				<Button
					component={Link}
					to="/scan"
					variant="default"
					leftSection={<IconBarcode size={16} aria-hidden />}
				>
					{say(m.scan)}
				</Button>
			</DropFiles>
			<WatchedTrouble />
			{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton mt="lg" height={180} aria-label={say(m.loading)} />}
			{q.data && items.length === 0 && (
				<Stack gap={4} py="lg">
					<Text fw={600}>{say(m.empty)}</Text>
					<Text c="dimmed">{say(m.emptyAbout)}</Text>
				</Stack>
			)}
			{items.length > 0 && (
				<section aria-labelledby="earlier">
					<Title order={2} size="h4" mt="xl" mb="xs" id="earlier">
						{say(m.earlier)}
					</Title>
					<Table verticalSpacing="sm" className={classes.lists}>
						<Table.Thead>
							<Table.Tr>
								<Table.Th scope="col">{say(m.colName)}</Table.Th>
								<Table.Th scope="col" className={classes.number}>
									{say(m.colRows)}
								</Table.Th>
								<Table.Th scope="col">{say(m.colTaken)}</Table.Th>
								<Table.Th scope="col">{say(m.colWhen)}</Table.Th>
								<Table.Td />
							</Table.Tr>
						</Table.Thead>
						<Table.Tbody>
							{items.map((i) => (
								<ListRow key={i.id} of={i} />
							))}
						</Table.Tbody>
					</Table>
				</section>
			)}
			{q.hasNextPage && (
				<Button mt="md" variant="subtle" loading={q.isFetchingNextPage} onClick={() => q.fetchNextPage()}>
					{say(m.more)}
				</Button>
			)}
			<Learned />
		</Container>
	);
}

/** The newest files of the watched folder, where they could not be read. */
function WatchedTrouble() {
	const say = useSay();
	const q = useQuery(watchedQuery);
	const failed = (q.data ?? []).filter((w) => w.problem).slice(0, 3);
	if (failed.length === 0) return null;
	return (
		<Alert color="orange" mt="md" title={say(m.watched)}>
			{failed.map((w) => (
				<Text size="sm" key={w.id}>
					{say(m.watchedProblem, { name: w.name, problem: w.problem ?? "" })} {w.remedy}
				</Text>
			))}
		</Alert>
	);
}

function ListRow({ of: i }: { of: Intake }) {
	const say = useSay();
	const client = useQueryClient();
	const refresh = () => client.invalidateQueries({ queryKey: ["intakes"] });
	const remove = useMutation({
		mutationFn: () => removeIntake(i.id),
		onSuccess: async () => {
			await refresh();
			offer(say, say(m.removed, { name: i.name }), async () => {
				await restoreIntake(i.id);
				await refresh();
			});
		},
	});
	return (
		<Table.Tr>
			<Table.Td>
				<Link to="/lists/$id" params={{ id: i.id }} className={classes.listName}>
					{i.name}
				</Link>
				{i.files.length > 1 && (
					<Text size="xs" c="dimmed">
						{say(m.files, { n: i.files.length })}
					</Text>
				)}
				{remove.error && <FailureNote error={remove.error} title={say(m.notRemoved)} />}
			</Table.Td>
			<Table.Td className={classes.number}>{say.number(rowsOf(i), 0)}</Table.Td>
			<Table.Td>{say(m.vehicles, { n: takenOf(i) })}</Table.Td>
			<Table.Td>{say.moment(i.created)}</Table.Td>
			<Table.Td className={classes.number}>
				<Button
					size="compact-sm"
					variant="subtle"
					color="gray"
					leftSection={<IconTrash size={14} aria-hidden />}
					loading={remove.isPending}
					onClick={() => remove.mutate()}
					aria-label={say(m.removeOf, { name: i.name })}
				>
					{say(m.remove)}
				</Button>
			</Table.Td>
		</Table.Tr>
	);
}
