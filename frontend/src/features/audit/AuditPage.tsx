import { Button, Card, Container, Group, Menu, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue, useDocumentTitle } from "@mantine/hooks";
import { IconDownload, IconRefresh, IconShieldCheck } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { NotPermitted } from "../../components/access/NotPermitted";
import { Rows } from "../../components/access/Rows";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { useSay } from "../../lib/say";
import { useMay, useSession } from "../../lib/session";
import { auditQuery, exportTrail, type Filters, verify } from "./api";
import { EntryRow } from "./EntryRow";
import { FilterBar } from "./FilterBar";
import { m } from "./messages";
import { Verdict } from "./Verdict";

/** The trail: who did what, when and from where. */
export function AuditPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const session = useSession();
	const may = useMay("audit.read");
	if (!session) return null;
	return may ? <Trail /> : <NotPermitted />;
}

function Trail() {
	const say = useSay();
	const filters = useSearch({ from: "/audit" });
	const navigate = useNavigate({ from: "/audit" });
	const [asked] = useDebouncedValue(filters, 250);
	const q = useInfiniteQuery({ ...auditQuery(asked), placeholderData: keepPreviousData });
	const save = useSaveFile();
	const check = useMutation({ mutationFn: verify });
	const take = useMutation({
		mutationFn: async (format: "csv" | "jsonl") => {
			const file = await exportTrail(filters, format);
			await save.mutateAsync({ name: `${say(m.exportName)}.${format}`, file });
		},
	});
	const set = (part: Partial<Filters>) =>
		navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false });
	const pages = q.data?.pages ?? [];
	const items = pages.flatMap((p) => p.items);
	const damaged = pages.flatMap((p) => p.damaged ?? []).length;
	const head = [m.when, m.who, m.what, m.where].map((x) => say(x));
	const filtered = Object.values(filters).some(Boolean);
	return (
		<Container size="xl" py="lg">
			<Stack gap="md">
				<Group justify="space-between" align="flex-end" gap="sm">
					<div>
						<Title order={1} size="h2">
							{say(m.title)}
						</Title>
						<Text c="dimmed" maw={680}>
							{say(m.about)}
						</Text>
					</div>
					<Group gap="xs">
						<Button
							variant="default"
							leftSection={<IconShieldCheck size={16} aria-hidden />}
							loading={check.isPending}
							onClick={() => check.mutate()}
						>
							{say(m.verify)}
						</Button>
						<Menu position="bottom-end" width={240}>
							<Menu.Target>
								<Button
									variant="default"
									leftSection={<IconDownload size={16} aria-hidden />}
									loading={take.isPending}
								>
									{say(m.exportIt)}
								</Button>
							</Menu.Target>
							<Menu.Dropdown>
								<Menu.Label>{say(m.exportAbout)}</Menu.Label>
								<Menu.Item onClick={() => take.mutate("csv")}>{say(m.csv)}</Menu.Item>
								<Menu.Item onClick={() => take.mutate("jsonl")}>{say(m.jsonl)}</Menu.Item>
							</Menu.Dropdown>
						</Menu>
						<Button
							variant="default"
							leftSection={<IconRefresh size={16} aria-hidden />}
							loading={q.isRefetching && !q.isFetchingNextPage}
							onClick={() => q.refetch()}
						>
							{say(m.newer)}
						</Button>
					</Group>
				</Group>
				{check.error && <FailureNote error={check.error} title={say(m.notVerified)} />}
				{check.data && <Verdict of={check.data} />}
				{take.error && <FailureNote error={take.error} />}
				<FilterBar of={filters} seen={items} onChange={set} onClear={() => navigate({ search: {} })} />
				{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
				{q.isPending && !q.error && <Skeleton height={320} aria-label={say(m.loading)} />}
				{damaged > 0 && (
					<Text size="sm" c="var(--hub-bad)" role="alert">
						{say(m.damaged, { n: damaged })}
					</Text>
				)}
				{q.data && items.length === 0 && (
					<Stack gap={4} py="lg" align="center" role="status">
						<Text>{say(q.hasNextPage ? m.searched : filtered ? m.nothingFits : m.none)}</Text>
						{filtered && (
							<button type="button" className="link" onClick={() => navigate({ search: {} })}>
								{say(m.clear)}
							</button>
						)}
						{!filtered && !q.hasNextPage && <Text c="dimmed">{say(m.noneAbout)}</Text>}
					</Stack>
				)}
				{items.length > 0 && (
					<Card withBorder padding="xs">
						<Rows label={say(m.table)} head={head} act={say(m.details)}>
							{items.map((e) => (
								<EntryRow key={e.n} of={e} head={head} onOnly={(subject) => set({ subject })} />
							))}
						</Rows>
					</Card>
				)}
				{q.hasNextPage && (
					<Group justify="center">
						<Button variant="default" loading={q.isFetchingNextPage} onClick={() => q.fetchNextPage()}>
							{say(items.length > 0 ? m.more : m.furtherBack)}
						</Button>
					</Group>
				)}
			</Stack>
		</Container>
	);
}
