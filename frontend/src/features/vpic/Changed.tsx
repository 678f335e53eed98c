import { Button, Card, Checkbox, Group, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useSay } from "../../lib/say";
import type { ChangedDecode } from "./api";
import classes from "./Changed.module.css";
import { m } from "./messages";

/** A vehicle with each field that reads otherwise: as it is saved, and as it reads now. */
export function Changed(props: {
	of: ChangedDecode;
	chosen: boolean;
	busy: boolean;
	onChoose: (on: boolean) => void;
	onAccept: () => void;
}) {
	const say = useSay();
	const { of: c } = props;
	const name = { title: c.title, vin: c.vin };
	return (
		<Card withBorder padding="sm">
			<Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
				<Group wrap="nowrap" align="flex-start" gap="sm" miw={0}>
					<Checkbox
						mt={3}
						checked={props.chosen}
						onChange={(e) => props.onChoose(e.currentTarget.checked)}
						aria-label={say(m.choose, name)}
					/>
					<div className={classes.words}>
						<Title order={2} size="h6">
							<Link to="/vehicles/$id" params={{ id: c.vehicleId }} className="link">
								{c.title}
							</Link>
						</Title>
						<Text size="xs" c="dimmed">
							<code>{c.vin}</code>
							{" · "}
							{say(m.fromTo, { from: c.from.replace("_", "-"), to: c.to.replace("_", "-") })}
						</Text>
					</div>
				</Group>
				<Button
					size="compact-sm"
					variant="light"
					disabled={props.busy}
					onClick={props.onAccept}
					aria-label={say(m.acceptThe, name)}
				>
					{say(m.accept)}
				</Button>
			</Group>
			<table className={classes.changes} aria-label={say(m.changesOf, name)}>
				<thead>
					<tr>
						<th scope="col">{say(m.element)}</th>
						<th scope="col">{say(m.before)}</th>
						<th scope="col">{say(m.after)}</th>
					</tr>
				</thead>
				<tbody>
					{c.changes.map((x) => (
						<tr key={x.element}>
							<th scope="row">{named(x.element)}</th>
							<td className={classes.before}>{x.before || say(m.nothing)}</td>
							<td>{x.after || say(m.nothing)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</Card>
	);
}

/** "bodyClass" is the hub's name of a field: "Body class". */
function named(element: string): string {
	const words = element.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
	return words.charAt(0).toUpperCase() + words.slice(1);
}
