import { Stack } from "@mantine/core";
import { OwnerForm } from "../../components/OwnerForm";
import { useSay } from "../../lib/say";
import type { Session } from "../../lib/session";
import type { Entered } from "./api";
import { Frame } from "./Frame";
import { m } from "./messages";

/** The first one on the network makes the account that owns the hub, with the code that the console shows. */
export function SetUp({
	session,
	onEntered,
}: {
	session: Session;
	onEntered: (e: Entered) => Promise<void>;
}) {
	const say = useSay();
	return (
		<Frame page={say(m.setUpPage)} title={say(m.setUp)} about={say(m.setUpAbout)}>
			<Stack gap="md">
				<OwnerForm codeNeeded={session.setup.codeNeeded} onMade={onEntered} />
			</Stack>
		</Frame>
	);
}
