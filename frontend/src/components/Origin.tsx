import { Group, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconBulb, IconCpu, IconFileText, IconQuestionMark, IconRulerMeasure } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";

/** Where a value comes from. Each origin has a glyph and a word, never a colour alone. */
export type OriginKind = "decoded" | "claimed" | "measured" | "inferred" | "unknown";

const glyphs: Record<
	OriginKind,
	{ icon: ComponentType<{ size?: number; stroke?: number }>; word: string; about: string }
> = {
	decoded: { icon: IconCpu, word: "decoded", about: "Decoded from the VIN with NHTSA's vPIC data" },
	claimed: { icon: IconFileText, word: "claimed", about: "Claimed by a seller, a file or a person" },
	measured: { icon: IconRulerMeasure, word: "measured", about: "Measured: it stands in a record" },
	inferred: {
		icon: IconBulb,
		word: "assumed",
		about: "Assumed by vPIC for this type of vehicle, not in the VIN",
	},
	unknown: { icon: IconQuestionMark, word: "not reported", about: "Not reported. That does not mean No." },
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
	const g = glyphs[kind];
	const Icon = g.icon;
	return (
		<Tooltip
			label={detail ?? g.about}
			multiline
			maw={360}
			withArrow
			events={{ hover: true, focus: true, touch: true }}
		>
			<Group gap={4} wrap="nowrap" component="span" display="inline-flex" c="dimmed" tabIndex={0} role="note">
				<Icon size={14} stroke={1.6} aria-hidden />
				{word ? (
					<Text span size="xs">
						{g.word}
					</Text>
				) : (
					<VisuallyHidden>{g.word}</VisuallyHidden>
				)}
			</Group>
		</Tooltip>
	);
}
