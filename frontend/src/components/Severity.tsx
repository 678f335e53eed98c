import { Badge } from "@mantine/core";
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useSay } from "../lib/say";
import { m } from "./messages";

const kinds: Record<
	string,
	{ color: string; icon: ComponentType<{ size?: number; "aria-hidden"?: boolean }> }
> = {
	critical: { color: "red", icon: IconAlertOctagon },
	warning: { color: "orange", icon: IconAlertTriangle },
	info: { color: "gray", icon: IconInfoCircle },
};

/** How grave a finding is: a glyph and a word, never a colour alone. */
export function Severity({ of }: { of: string }) {
	const say = useSay();
	const kind = kinds[of] ?? { color: "gray", icon: IconInfoCircle };
	const Icon = kind.icon;
	const name = { critical: m.critical, warning: m.warning, info: m.info }[of];
	return (
		<Badge
			size="sm"
			variant="light"
			color={kind.color}
			tt="none"
			leftSection={<Icon size={12} aria-hidden />}
		>
			{name ? say(name) : of}
		</Badge>
	);
}
