import { Group, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconBulb, IconCpu, IconFileText, IconQuestionMark, IconRulerMeasure } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** Where a value comes from. Each origin has a glyph and a word, never a colour alone. */
export type OriginKind = "decoded" | "claimed" | "measured" | "inferred" | "unknown";

const icons: Record<OriginKind, ComponentType<{ size?: number; stroke?: number }>> = {
	decoded: IconCpu,
	claimed: IconFileText,
	measured: IconRulerMeasure,
	inferred: IconBulb,
	unknown: IconQuestionMark,
};

export function Origin({
	kind,
	detail,
	word = false,
}: {
	kind: OriginKind;
	detail?: ReactNode;
	word?: boolean;
}) {
	const say = useSay();
	const Icon = icons[kind];
	const name = say(m[kind]);
	return (
		<Tooltip
			label={detail ?? say(m[`${kind}About`])}
			multiline
			maw={360}
			withArrow
			events={{ hover: true, focus: true, touch: true }}
		>
			<Group gap={4} wrap="nowrap" component="span" display="inline-flex" c="dimmed" tabIndex={0} role="note">
				<Icon size={14} stroke={1.6} aria-hidden />
				{word ? (
					<Text span size="xs">
						{name}
					</Text>
				) : (
					<VisuallyHidden>{name}</VisuallyHidden>
				)}
			</Group>
		</Tooltip>
	);
}
