import type { Schemas } from "../lib/api";

/** Where a decoded value stands in vPIC, for a tooltip. */
export function Provenance({ value: v }: { value: Schemas["DecodedValue"] }) {
	const lines = [
		`From ${v.source}${v.from ? ` of ${v.from}` : ""}`,
		v.wmi && `maker code ${v.wmi}`,
		v.schema && `vPIC schema ${v.schema}`,
		v.key && `pattern ${v.key}`,
		v.changedOn && `last changed by NHTSA ${v.changedOn}`,
		`vPIC element ${v.id}`,
	].filter(Boolean);
	return <>{lines.join(" · ")}</>;
}
