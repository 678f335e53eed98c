import { Alert, Button, Group, Text, Title } from "@mantine/core";
import { IconCloudUp } from "@tabler/icons-react";
import { useState } from "react";
import type { Schemas } from "../../lib/api";
import { useSay } from "../../lib/say";
import classes from "./Insights.module.css";
import { insights as m } from "./messages";

const said = { briefing: m.leavesBriefing, notes: m.leavesNotes };

/** What would leave this computer, to whom, word by word; it leaves when a person says so, once. */
export function Leaving(props: { of: Schemas["Outgoing"]; what: keyof typeof said; onSend: () => void }) {
	const say = useSay();
	const [shown, setShown] = useState(false);
	const first = props.of.engines[0];
	if (!first?.away) return null;
	return (
		<Alert color="orange" icon={<IconCloudUp aria-hidden />} title={say(m.leavesTitle)}>
			<Text size="sm">{say(said[props.what], { model: first.model, where: first.where })}</Text>
			<Group gap="xs" mt="sm">
				<Button size="compact-sm" variant="default" onClick={props.onSend}>
					{say(m.sendOnce, { where: first.where })}
				</Button>
				<Button size="compact-sm" variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>
					{say(shown ? m.hideExactly : m.exactly)}
				</Button>
			</Group>
			{shown && (
				<div className={classes.outgoing}>
					<Title order={3} size="xs">
						{say(m.orders)}
					</Title>
					<pre>{props.of.system}</pre>
					<Title order={3} size="xs">
						{say(m.statements)}
					</Title>
					<pre>{props.of.prompt}</pre>
				</div>
			)}
		</Alert>
	);
}
