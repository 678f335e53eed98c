import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Row, Rows } from "../../components/access/Rows";
import { FailureNote } from "../../components/FailureNote";
import type { User } from "../../lib/people";
import { useSay } from "../../lib/say";
import { sessionsQuery } from "./api";
import { users as m } from "./messages";

const hows = { password: m.byPassword, passkey: m.byPasskey, oidc: m.byOidc, invitation: m.byInvitation };

/** Where an account is signed in: device, place and when. */
export function UserSessions({ of: u, onEnd, ending }: { of: User; onEnd: () => void; ending: boolean }) {
	const say = useSay();
	const q = useQuery(sessionsQuery(u.id));
	if (q.error)
		return <FailureNote error={q.error} title={say(m.sessionsFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={120} aria-label={say(m.loading)} />;
	if (q.data.length === 0) return <Text>{say(m.noSessions, { name: u.name })}</Text>;
	const head = [m.device, m.place, m.from, m.how, m.seen, m.since].map((x) => say(x));
	return (
		<Stack gap="md">
			<Rows label={say(m.sessions)} head={head}>
				{q.data.map((s) => (
					<Row
						key={s.id}
						head={head}
						cells={[
							s.device,
							s.place,
							s.from ?? "",
							s.second ? say(m.withSecond, { how: say(hows[s.how]) }) : say(hows[s.how]),
							say.moment(s.seen),
							say.moment(s.created),
						]}
					/>
				))}
			</Rows>
			<Group justify="flex-end">
				<Button variant="default" onClick={onEnd} loading={ending}>
					{say(m.signOut)}
				</Button>
			</Group>
		</Stack>
	);
}
