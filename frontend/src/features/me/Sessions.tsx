import { Badge, Button, Group, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import {
	endOthers,
	endSession,
	forgetDevice,
	mySessionsQuery,
	type Shown,
	type TrustedDevice,
	useChange,
} from "./api";
import classes from "./me.module.css";
import { m } from "./messages";
import { Part, Row } from "./Part";

const places = {
	"this computer": m.atComputer,
	"the local network": m.atNetwork,
	outside: m.atOutside,
} as const;
const ways = {
	password: m.byPassword,
	passkey: m.byPasskey,
	oidc: m.byOidc,
	invitation: m.byInvitation,
} as const;

/** Where the person is signed in, and the devices that are not asked for a second factor. */
export function Sessions() {
	const say = useSay();
	const q = useQuery(mySessionsQuery);
	const end = useChange(
		(s: Shown) => endSession(s.id),
		(_, { device }) => notifications.show({ message: say(m.ended, { device }) }),
	);
	const others = useChange(endOthers, () => notifications.show({ message: say(m.endedOthers) }));
	const forget = useChange(
		(d: TrustedDevice) => forgetDevice(d.id),
		(_, { device }) => notifications.show({ message: say(m.forgotten, { device }) }),
	);
	const error = end.error ?? others.error ?? forget.error;
	const items = q.data?.items ?? [];
	const devices = q.data?.devices ?? [];
	const at = (x: { place: keyof typeof places; from?: string }) => [say(places[x.place]), x.from ?? ""];
	const line = (parts: string[]) => parts.filter(Boolean).join(" · ");
	return (
		<>
			<Part title={say(m.sessions)}>
				{q.error && <FailureNote error={q.error} onRetry={() => q.refetch()} />}
				{!q.data && !q.error && <Skeleton h={80} mt="sm" aria-label={say(m.sessions)} />}
				{error && <FailureNote error={error} title={say(m.notEnded)} />}
				<ul className={classes.list} aria-label={say(m.sessions)}>
					{items.map((s) => (
						<li key={s.id}>
							<Row
								title={
									<Group gap="xs">
										{s.device}
										{s.current && (
											<Badge size="sm" variant="light" tt="none">
												{say(m.thisOne)}
											</Badge>
										)}
									</Group>
								}
								about={line([
									...at(s),
									say(m.seen, { moment: say.moment(s.seen) }),
									say(m.by, { how: say(ways[s.how]) }),
									s.second ? say(m.twoFactors) : "",
								])}
							>
								{!s.current && (
									<Button
										size="compact-sm"
										variant="default"
										loading={end.isPending && end.variables?.id === s.id}
										onClick={() => end.mutate(s)}
										aria-label={say(m.end, { device: s.device })}
									>
										{say(m.endShort)}
									</Button>
								)}
							</Row>
						</li>
					))}
				</ul>
				{items.length > 1 && (
					<Button
						variant="default"
						mt="xs"
						loading={others.isPending}
						onClick={() => others.mutate(undefined)}
					>
						{say(m.endOthers)}
					</Button>
				)}
			</Part>
			{devices.length > 0 && (
				<Part title={say(m.devices)} about={say(m.devicesAbout)}>
					<ul className={classes.list} aria-label={say(m.devices)}>
						{devices.map((d) => (
							<li key={d.id}>
								<Row title={d.device} about={line([...at(d), say(m.until, { day: say.moment(d.expires) })])}>
									<Button
										size="compact-sm"
										variant="default"
										onClick={() => forget.mutate(d)}
										aria-label={say(m.forget, { device: d.device })}
									>
										{say(m.forgetShort)}
									</Button>
								</Row>
							</li>
						))}
					</ul>
				</Part>
			)}
		</>
	);
}
