import { Alert, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useSay } from "../../lib/say";
import type { Verified } from "./api";
import { m } from "./messages";

/** What a look at the whole chain found. */
export function Verdict({ of: v }: { of: Verified }) {
	const say = useSay();
	if (v.whole)
		return (
			<Alert color="green" icon={<IconCheck aria-hidden />} role="status" data-testid="whole">
				{v.since && v.until
					? say(m.whole, { n: v.entries, since: say.moment(v.since), until: say.moment(v.until) })
					: say(m.wholeEmpty)}
			</Alert>
		);
	return (
		<Alert color="red" icon={<IconAlertTriangle aria-hidden />} role="alert">
			{v.brokenAt !== undefined && <Text size="sm">{say(m.broken, { n: v.brokenAt, what: v.broken })}</Text>}
			{v.unproven > 0 && <Text size="sm">{say(m.unproven, { n: v.unproven })}</Text>}
			<Text size="sm" mt={4}>
				{say(m.brokenNext)}
			</Text>
		</Alert>
	);
}
