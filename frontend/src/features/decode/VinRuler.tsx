import { Text } from "@mantine/core";
import type { Schemas } from "../../lib/api";
import { type Say, useSay } from "../../lib/say";
import { tidyVIN } from "../../lib/vin";
import { m } from "./messages";
import classes from "./VinRuler.module.css";

type Structure = Schemas["Structure"];

// The groups of positions (49 CFR 565.13 to 565.15).
const groups = [
	{ from: 1, to: 3, name: m.maker },
	{ from: 4, to: 8, name: m.vehicle },
	{ from: 9, to: 9, name: m.check },
	{ from: 10, to: 10, name: m.year },
	{ from: 11, to: 11, name: m.plant },
	{ from: 12, to: 17, name: m.serial },
];

/** Shows each position of the VIN as it is typed, and says what is wrong. */
export function VinRuler(props: { typed: string; structure?: Structure }) {
	const say = useSay();
	const chars = [...tidyVIN(props.typed)].slice(0, 17);
	// The answer may be a keystroke behind: a mark stays only where its character still stands.
	const bad = new Set(
		(props.structure?.problems ?? []).flatMap((p) =>
			p.position && (p.character ?? chars[p.position - 1]) === chars[p.position - 1] ? [p.position] : [],
		),
	);
	return (
		<div>
			<div className={classes.ruler} aria-hidden="true">
				{groups.map((g) => (
					<div key={g.from} className={classes.group} style={{ gridColumn: `${g.from} / ${g.to + 1}` }}>
						<div className={classes.cells}>
							{Array.from({ length: g.to - g.from + 1 }, (_, i) => g.from + i).map((position) => (
								<span
									key={position}
									className={classes.cell}
									data-filled={chars[position - 1] !== undefined || undefined}
									data-bad={bad.has(position) || undefined}
								>
									{chars[position - 1] ?? ""}
								</span>
							))}
						</div>
						<span className={classes.name} data-narrow={g.from === g.to || undefined}>
							{say(g.name)}
						</span>
					</div>
				))}
			</div>
			<Text size="sm" mt={4} mih="3em" role="status" aria-live="polite">
				{props.structure ? <Verdict s={props.structure} /> : "\u00a0"}
			</Text>
		</div>
	);
}

function Verdict({ s }: { s: Structure }) {
	const say = useSay();
	const maker = [s.manufacturer, s.vehicleType?.toLowerCase(), s.region].filter(Boolean).join(" · ");
	return (
		<>
			{maker && <Text span>{maker}</Text>}
			{maker && <br />}
			<Text span c={s.problems.some((p) => p.kind !== "short") ? "var(--hub-bad)" : "dimmed"}>
				{sentence(s, say)}
			</Text>
		</>
	);
}

/** What stands wrong in the VIN, the first thing only. */
export function sentence(s: Structure, say: Say): string {
	const wrong = s.problems.find((p) => p.kind === "character");
	if (wrong) {
		const { position, character, instead } = wrong;
		return say(instead ? m.didYouMean : m.badCharacter, { n: position, character, instead });
	}
	if (s.problems.some((p) => p.kind === "long")) return say(m.tooLong, { n: s.length });
	const year = s.problems.find((p) => p.kind === "year_code");
	if (year) return say(m.noYear, { character: year.character });
	const digit = s.problems.find((p) => p.kind === "check_digit");
	if (digit) return say(m.badDigit, { character: digit.character, instead: digit.instead });
	if (s.problems.some((p) => p.kind === "short")) {
		const left = 17 - s.length;
		return left > 0 ? say(m.toGo, { n: s.length, left }) : say(m.partial, { n: s.length });
	}
	return say(m.right);
}
