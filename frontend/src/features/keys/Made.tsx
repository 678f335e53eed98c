import { Alert, Button, Group, Stack } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { Once } from "../../components/access/Once";
import { useSay } from "../../lib/say";
import type { NewKey } from "./api";
import { m } from "./messages";
import { curlOf } from "./words";

/** A new key, shown this once, with a line that tries it. */
export function Made({ of, onDone }: { of: NewKey; onDone: () => void }) {
	const say = useSay();
	return (
		<Stack gap="md">
			<Alert color="petrol" icon={<IconKey aria-hidden />} role="status">
				{say(m.made)}
			</Alert>
			<Once label={say(m.key)} value={of.token} />
			<Once label={say(m.curl)} value={curlOf(of.token, globalThis.location.origin)} />
			<Group justify="flex-end">
				<Button onClick={onDone} data-autofocus>
					{say(m.done)}
				</Button>
			</Group>
		</Stack>
	);
}
