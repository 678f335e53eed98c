import { Text } from "@mantine/core";
import { passkeysKnown } from "../lib/passkeys";
import { useSay } from "../lib/say";
import { sentence } from "../lib/sentence";
import type { Session } from "../lib/session";
import { m } from "./messages";

/** Whether passkeys work here: the hub's name allows them, and the browser knows them. */
export const passkeysWork = (s: Session): boolean => s.signIn.passkeys && passkeysKnown();

/** One quiet sentence in the place of the button, where passkeys do not work. */
export function PasskeysAway({ session }: { session: Session }) {
	const say = useSay();
	if (passkeysWork(session)) return null;
	return (
		<Text size="xs" c="dimmed">
			{session.signIn.passkeys ? say(m.passkeysUnknown) : sentence(session.signIn.why ?? "")}
		</Text>
	);
}
