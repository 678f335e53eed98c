import { IconGasStation, IconGauge, IconNote, IconTool } from "@tabler/icons-react";
import type { EventKind } from "./events";

const icons = { service: IconTool, fuel: IconGasStation, reading: IconGauge, note: IconNote };

export function EventIcon({ kind }: { kind: EventKind }) {
	const Icon = icons[kind];
	return <Icon size={18} stroke={1.6} aria-hidden />;
}
