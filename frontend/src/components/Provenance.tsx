import type { Schemas } from "../lib/api";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** Where a decoded value stands in vPIC, for a tooltip. */
export function Provenance({ value: v }: { value: Schemas["DecodedValue"] }) {
	const say = useSay();
	const lines = [
		v.from ? say(m.fromOf, { source: v.source, of: v.from }) : say(m.from, { source: v.source }),
		v.wmi && say(m.makerCode, { code: v.wmi }),
		v.schema && say(m.schema, { schema: String(v.schema) }),
		v.key && say(m.pattern, { key: v.key }),
		v.changedOn && say(m.lastChanged, { day: say.day(v.changedOn) }),
		say(m.element, { id: String(v.id) }),
	].filter(Boolean);
	return <>{lines.join(" · ")}</>;
}
