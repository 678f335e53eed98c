import { Badge, Button, Card, Group, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus, IconSearch, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Row, Rows } from "../../components/access/Rows";
import { reachWords } from "../../components/access/words";
import { FailureNote } from "../../components/FailureNote";
import { type User, usersQuery } from "../../lib/people";
import { type Say, useSay } from "../../lib/say";
import { useSession } from "../../lib/session";
import { InviteDialog } from "./Invite";
import { users as m } from "./messages";
import { UserDialog } from "./UserForm";
import { UserMenu } from "./UserMenu";
import { fits, proofsOf, stateOf } from "./words";

/** The accounts: people first, programs apart. */
export function Users() {
	const say = useSay();
	const q = useQuery(usersQuery);
	const { q: typed = "", user } = useSearch({ from: "/people" });
	const navigate = useNavigate({ from: "/people" });
	const [adding, setAdding] = useState(false);
	const [invited, setInvited] = useState<User>();
	const me = useSession()?.user?.id;
	const open = (id?: string) => navigate({ search: (old) => ({ ...old, user: id }), resetScroll: false });
	const all = q.data ?? [];
	const shown = all.filter((u) => fits(u, typed.trim()));
	const people = shown.filter((u) => u.kind === "user");
	const programs = shown.filter((u) => u.kind === "service");
	const edited = all.find((u) => u.id === user);
	const add = (
		<Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
			{say(m.add)}
		</Button>
	);
	return (
		<Stack gap="md">
			{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton height={240} aria-label={say(m.loading)} />}
			{q.data && !all.some((u) => u.kind === "user") && (
				<Stack align="center" gap="xs" py="xl" ta="center">
					<IconUsers size={40} stroke={1.4} aria-hidden />
					<Title order={2} size="h3">
						{say(m.empty)}
					</Title>
					<Text c="dimmed" maw={520}>
						{say(m.emptyAbout)}
					</Text>
					{add}
				</Stack>
			)}
			{all.some((u) => u.kind === "user") && (
				<>
					<Group justify="space-between" gap="sm">
						<TextInput
							type="search"
							value={typed}
							onChange={(e) => {
								const value = e.currentTarget.value;
								void navigate({
									search: (old) => ({ ...old, q: value || undefined }),
									replace: true,
									resetScroll: false,
								});
							}}
							aria-label={say(m.find)}
							placeholder={say(m.findHint)}
							leftSection={<IconSearch size={16} aria-hidden />}
							w={{ base: "100%", xs: 260 }}
							autoComplete="off"
						/>
						{add}
					</Group>
					{shown.length === 0 ? (
						<Text role="status">
							{say(m.none, { q: typed })}{" "}
							<button
								type="button"
								className="link"
								onClick={() => navigate({ search: (old) => ({ ...old, q: undefined }) })}
							>
								{say(m.clear)}
							</button>
						</Text>
					) : (
						<Text size="sm" c="dimmed" role="status">
							{say(m.counted, { n: shown.length })}
						</Text>
					)}
					{people.length > 0 && (
						<Card withBorder padding="xs">
							<Table of={people} label={say(m.table)} me={me} onEdit={open} onInvite={setInvited} />
						</Card>
					)}
				</>
			)}
			{programs.length > 0 && (
				<Stack gap="xs">
					<Group justify="space-between" align="flex-end" gap="sm">
						<div>
							<Title order={2} size="h4">
								{say(m.programs)}
							</Title>
							<Text size="sm" c="dimmed">
								{say(m.programsAbout)}
							</Text>
						</div>
						<Button component={Link} to="/keys" variant="default" size="compact-sm">
							{say(m.programsKeys)}
						</Button>
					</Group>
					<Card withBorder padding="xs">
						<Table of={programs} label={say(m.programs)} onEdit={open} onInvite={setInvited} />
					</Card>
				</Stack>
			)}
			<UserDialog
				opened={adding || edited !== undefined}
				of={adding ? undefined : edited}
				onClose={() => {
					setAdding(false);
					if (user) void open();
				}}
				onAdded={(u) => {
					setAdding(false);
					setInvited(u);
				}}
			/>
			<InviteDialog of={invited} onClose={() => setInvited(undefined)} />
		</Stack>
	);
}

function Table(props: {
	of: User[];
	label: string;
	me?: string;
	onEdit: (id: string) => unknown;
	onInvite: (u: User) => void;
}) {
	const say = useSay();
	const people = props.of[0]?.kind === "user";
	const head = [m.name, m.role, m.reach, ...(people ? [m.proofs, m.seen] : []), m.state].map((x) => say(x));
	return (
		<Rows label={props.label} head={head} act={say(m.actions)}>
			{props.of.map((u) => (
				<Row
					key={u.id}
					head={head}
					cells={[
						<div key="name">
							<button type="button" className="link" onClick={() => props.onEdit(u.id)}>
								{u.name}
							</button>{" "}
							{u.id === props.me && (
								<Text span size="xs" c="dimmed">
									{say(m.you)}
								</Text>
							)}
							<Text size="xs" c="dimmed">
								{u.login}
							</Text>
						</div>,
						u.roleName,
						reachWords(u.reach, say),
						...(people ? [<Proofs key="proofs" of={u} say={say} />, seenText(u, say)] : []),
						<StateBadge key="state" of={u} />,
					]}
					act={
						<UserMenu
							of={u}
							me={u.id === props.me}
							onEdit={() => props.onEdit(u.id)}
							onInvite={props.onInvite}
						/>
					}
				/>
			))}
		</Rows>
	);
}

function seenText(u: User, say: Say): string {
	return u.seen ? say.moment(u.seen) : say(m.never);
}

function Proofs({ of: u, say }: { of: User; say: Say }) {
	const alone = u.password && !u.totp && u.passkeys === 0;
	return (
		<div>
			{proofsOf(u, say)}
			{alone && (
				<Text size="xs" c="dimmed">
					{say(m.noSecond)}
				</Text>
			)}
		</div>
	);
}

function StateBadge({ of: u }: { of: User }) {
	const say = useSay();
	const state = stateOf(u);
	return (
		<Badge variant="light" color={{ active: "petrol", waiting: "gray", disabled: "red" }[state]} tt="none">
			{say(m[state])}
		</Badge>
	);
}
