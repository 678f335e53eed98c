import { Button, Container, Group, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconCloudLock, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { NotPermitted } from "../../components/access/NotPermitted";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { AddPlace } from "./AddPlace";
import { type Backup, backupsQuery } from "./api";
import classes from "./backups.module.css";
import { Drills } from "./Drills";
import { m } from "./messages";
import { Restore } from "./Restore";
import { TargetCard } from "./TargetCard";

/** Where the backups go and how they stand, what can be restored, and the drills. */
export function BackupsPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const { tab = "places" } = useSearch({ from: "/backups" });
	const navigate = useNavigate({ from: "/backups" });
	const may = useMay("hub.manage");
	// How far it is behind changes with every write, and with the clock.
	const q = useQuery({ ...backupsQuery, enabled: may, refetchInterval: 3_000 });
	if (!may) return <NotPermitted />;
	return (
		<Container size="lg" py="lg">
			<Title order={1} size="h2">
				{say(m.title)}
			</Title>
			<Text c="dimmed" mb="md" maw={760}>
				{say(m.about)}
			</Text>
			{q.error && !q.data && (
				<FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />
			)}
			{q.isPending && !q.error && <Skeleton height={280} aria-label={say(m.loading)} />}
			{q.data && (
				<Tabs
					value={tab}
					onChange={(t) => navigate({ search: (s) => ({ ...s, tab: t as typeof tab }), resetScroll: false })}
					keepMounted={false}
					aria-label={say(m.parts)}
				>
					<Tabs.List mb="md">
						<Tabs.Tab value="places">{say(m.tabPlaces)}</Tabs.Tab>
						<Tabs.Tab value="restore">{say(m.tabRestore)}</Tabs.Tab>
						<Tabs.Tab value="drills">{say(m.tabDrills)}</Tabs.Tab>
					</Tabs.List>
					<Tabs.Panel value="places">
						<Places of={q.data} />
					</Tabs.Panel>
					<Tabs.Panel value="restore">
						<Restore places={q.data.filter((b) => b.setUp)} />
					</Tabs.Panel>
					<Tabs.Panel value="drills">
						<Drills places={q.data.filter((b) => b.setUp)} />
					</Tabs.Panel>
				</Tabs>
			)}
		</Container>
	);
}

function Places({ of: list }: { of: Backup[] }) {
	const say = useSay();
	const owns = useMay("organisation.manage");
	const [adding, setAdding] = useState(false);
	const add = (
		<Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
			{say(m.add)}
		</Button>
	);
	return (
		<>
			{list.length === 0 ? (
				<div className={classes.empty}>
					<IconCloudLock size={52} stroke={1.1} aria-hidden />
					<Title order={2} size="h4">
						{say(m.emptyTitle)}
					</Title>
					<Text c="dimmed" maw={560}>
						{say(m.emptyAbout)}
					</Text>
					{owns ? add : <Text size="sm">{say(m.emptyAsk)}</Text>}
				</div>
			) : (
				<Stack gap="md">
					{owns && <Group justify="flex-end">{add}</Group>}
					{list.map((b) => (
						<TargetCard key={b.id} of={b} owns={owns} />
					))}
				</Stack>
			)}
			<AddPlace opened={adding} onClose={() => setAdding(false)} />
		</>
	);
}
