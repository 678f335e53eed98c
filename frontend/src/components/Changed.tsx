import { Alert, Button, Text } from "@mantine/core";
import { IconRefreshAlert } from "@tabler/icons-react";
import { Failure } from "../lib/api";

/** Whether a write was refused because somebody else wrote first. */
export const isChanged = (error: unknown): boolean => error instanceof Failure && error.status === 412;

/** Somebody else wrote first: nothing was lost, and what was typed stays. */
export function Changed({ what, onLoad }: { what: string; onLoad: () => unknown }) {
	return (
		<Alert
			color="orange"
			role="alert"
			icon={<IconRefreshAlert aria-hidden />}
			title={`This ${what} was changed meanwhile`}
		>
			<Text size="sm">
				Somebody saved it after you opened it, so nothing was written. Load the newer version: what you typed
				stays, and you can save again.
			</Text>
			<Button size="compact-sm" variant="default" mt="sm" onClick={() => void onLoad()}>
				Load the newer version
			</Button>
		</Alert>
	);
}
