import {
	Badge,
	Button,
	Card,
	Checkbox,
	Code,
	Container,
	Group,
	Skeleton,
	Stack,
	Text,
	Title,
} from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { NotPermitted } from "../../components/access/NotPermitted";
import { Row, Rows } from "../../components/access/Rows";
import { capital, reachWords } from "../../components/access/words";
import { FailureNote } from "../../components/FailureNote";
import { permissionsQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay, useSession } from "../../lib/session";
import { type Key, keysQuery } from "./api";
import { KeyDialog } from "./KeyForm";
import { KeyMenu } from "./KeyMenu";
import { m } from "./messages";
import { mayWords, stateOf } from "./words";

/** The API keys: everybody's for who manages them, else one's own. */
export function KeysPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const session = useSession();
	const [all, own] = [useMay("keys.manage"), useMay("keys.own")];
	if (!session) return null;
	if (!all && !own) return <NotPermitted />;
	return <Keys all={all} />;
}

function Keys({ all }: { all: boolean }) {
	const say = useSay();
	const q = useQuery(keysQuery(all));
	const { user } = useSearch({ from: "/keys" });
	const [adding, setAdding] = useState(false);
	const [old, setOld] = useState(false);
	const now = Date.now();
	const mine = q.data?.filter((k) => !user || k.user === user) ?? [];
	const over = (k: Key) => ["expired", "revoked"].includes(stateOf(k, now));
	const ended = mine.filter(over).length;
	const shown = mine.filter((k) => old || !over(k));
	const add = (
		<Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
			{say(m.add)}
		</Button>
	);
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
					{mine.length > 0 && add}
				</Group>
				{user && mine[0] && (
					<Text size="sm">
						{say.rich(m.onlyOf, {
							name: mine[0].userName,
							all: (c) => (
								<Link to="/keys" className="link">
									{c}
								</Link>
							),
						})}
					</Text>
				)}
				{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
				{q.isPending && !q.error && <Skeleton height={200} aria-label={say(m.loading)} />}
				{q.data && mine.length === 0 && (
					<Stack align="center" gap="xs" py="xl" ta="center">
						<IconKey size={40} stroke={1.4} aria-hidden />
						<Title order={2} size="h3">
							{say(m.none)}
						</Title>
						<Text c="dimmed" maw={520}>
							{say(m.noneAbout)}
						</Text>
						{add}
					</Stack>
				)}
				{shown.length > 0 && (
					<Card withBorder padding="xs">
						<Table of={shown} now={now} />
					</Card>
				)}
				{ended > 0 && (
					<Checkbox
						label={say(m.ended, { n: ended })}
						checked={old}
						onChange={(e) => setOld(e.currentTarget.checked)}
					/>
				)}
			</Stack>
			<KeyDialog opened={adding} onClose={() => setAdding(false)} user={user} />
		</Container>
	);
}

function Table({ of: keys, now }: { of: Key[]; now: number }) {
	const say = useSay();
	const words = useQuery(permissionsQuery).data ?? [];
	const head = [m.name, m.account, m.may, m.where, m.used, m.state].map((x) => say(x));
	return (
		<Rows label={say(m.table)} head={head} act={say(m.actions)}>
			{keys.map((k) => (
				<Row
					key={k.id}
					head={head}
					cells={[
						<div key="name">
							<Text size="sm" fw={600}>
								{k.name}
							</Text>
							<Code>{k.prefix}…</Code>
						</div>,
						k.userName,
						<span
							key="may"
							title={words
								.filter((d) => k.permissions.includes(d.permission as never))
								.map((d) => d.may)
								.join(", ")}
						>
							{capital(mayWords(k, words, say))}
						</span>,
						<Where key="where" of={k} />,
						k.lastUsed
							? k.lastFrom
								? say(m.usedFrom, { moment: say.moment(k.lastUsed), address: k.lastFrom })
								: say.moment(k.lastUsed)
							: say(m.never),
						<State key="state" of={k} now={now} />,
					]}
					act={<KeyMenu of={k} state={stateOf(k, now)} />}
				/>
			))}
		</Rows>
	);
}

function Where({ of: k }: { of: Key }) {
	const say = useSay();
	const lines = [
		k.reach ? reachWords(k.reach, say) : say(m.reachOfAccount),
		k.addresses?.length ? say(m.from, { addresses: say.list(k.addresses, "or") }) : say(m.anywhere),
		k.rate ? say(m.rate, { n: k.rate }) : "",
	].filter(Boolean);
	return (
		<div>
			{lines.map((l) => (
				<Text key={l} size="sm">
					{l}
				</Text>
			))}
		</div>
	);
}

function State({ of: k, now }: { of: Key; now: number }) {
	const say = useSay();
	const state = stateOf(k, now);
	const text = { active: m.active, ending: m.active, expired: m.expired, revoked: m.revoked }[state];
	return (
		<div>
			<Badge
				variant="light"
				tt="none"
				color={state === "active" ? "petrol" : state === "ending" ? "orange" : "gray"}
			>
				{say(text)}
			</Badge>
			{state === "ending" && k.ended && (
				<Text size="xs">{say(m.endsSoon, { moment: say.moment(k.ended) })}</Text>
			)}
			{state === "active" && k.expires && (
				<Text size="xs" c="dimmed">
					{say(m.expires, { moment: say.day(k.expires) })}
				</Text>
			)}
		</div>
	);
}
