import { Alert, Button, Text } from "@mantine/core";
import { IconRefreshAlert } from "@tabler/icons-react";
import { Failure } from "../lib/api";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** Whether a write was refused because somebody else wrote first. */
export const isChanged = (error: unknown): boolean => error instanceof Failure && error.status === 412;

/** Somebody else wrote first: nothing was lost, and what was typed stays. */
export function Changed({ what, onLoad }: { what: "vehicle" | "record"; onLoad: () => unknown }) {
	const say = useSay();
	return (
		<Alert
			color="orange"
			role="alert"
			icon={<IconRefreshAlert aria-hidden />}
			title={say(what === "vehicle" ? m.changedVehicle : m.changedRecord)}
		>
			<Text size="sm">{say(m.changedText)}</Text>
			<Button size="compact-sm" variant="default" mt="sm" onClick={() => void onLoad()}>
				{say(m.loadNewer)}
			</Button>
		</Alert>
	);
}
