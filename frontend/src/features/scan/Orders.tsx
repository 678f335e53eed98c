import { Alert, Button, Group, Loader, Text } from "@mantine/core";
import { useSay } from "../../lib/say";
import type { Lane } from "./lane";
import { m } from "./messages";

/** Lanes that are on their way to the hub, or can't get there. */
export function Orders(props: {
	lanes: Lane[];
	here: boolean;
	onReopen: (id: string) => void;
	onThrowAway: (id: string) => void;
}) {
	const say = useSay();
	const words = {
		list: props.here ? m.sendingList : m.waitingList,
		save: props.here ? m.sendingSave : m.waitingSave,
	};
	return props.lanes.map((l) => (
		<Alert
			key={l.id}
			color={l.refused ? "red" : "petrol"}
			role={l.refused ? "alert" : "status"}
			icon={!l.refused && props.here ? <Loader size={18} aria-hidden /> : undefined}
		>
			<Text size="sm">
				{l.refused
					? say(m.refused, { name: l.name, why: l.refused })
					: say(words[l.order ?? "list"], { name: l.name, n: l.scans.length })}
			</Text>
			{(l.refused || !props.here) && (
				<Group gap="xs" mt="xs">
					<Button size="compact-sm" variant="default" onClick={() => props.onReopen(l.id)}>
						{say(m.reopen)}
					</Button>
					{l.refused && (
						<Button size="compact-sm" variant="subtle" onClick={() => props.onThrowAway(l.id)}>
							{say(m.throwAway)}
						</Button>
					)}
				</Group>
			)}
		</Alert>
	));
}
