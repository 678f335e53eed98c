import { SegmentedControl, Stack, Text, useMatches } from "@mantine/core";
import { usePreferences, useSetPreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { m } from "./messages";

type Volume = "gal" | "L" | "impgal";

/** In which units the person reads. */
export function Units() {
	const say = useSay();
	const p = usePreferences();
	const set = useSetPreferences();
	return (
		<Stack gap="md" mt="md">
			<Choice
				label={say(m.distance)}
				value={p.distance}
				data={[
					{ value: "mi", label: say(m.miles) },
					{ value: "km", label: say(m.kilometres) },
				]}
				onChange={(distance) => set.mutate({ ...p, distance: distance as "mi" | "km" })}
			/>
			<Choice
				label={say(m.fuel)}
				value={p.volume}
				data={[
					{ value: "gal", label: say(m.gallons) },
					{ value: "L", label: say(m.litres) },
					{ value: "impgal", label: say(m.imperial) },
				]}
				onChange={(volume) => set.mutate({ ...p, ...measures(volume as Volume) })}
			/>
			<Choice
				label={say(m.currency)}
				value={p.currency}
				data={["USD", "CAD", "EUR", "GBP"].map((c) => ({ value: c, label: c }))}
				onChange={(currency) => set.mutate({ ...p, currency })}
			/>
		</Stack>
	);
}

/** Who buys fuel in litres thinks of its economy in litres too; the settings have them apart. */
const measures = (volume: Volume) => ({
	volume,
	economy: ({ gal: "mpg", L: "L/100km", impgal: "impmpg" } as const)[volume],
});

export function Choice(props: {
	label: string;
	value: string;
	data: { value: string; label: string }[];
	onChange: (value: string) => void;
}) {
	// Side by side, long names would stand out of a phone.
	const orientation = useMatches<"vertical" | "horizontal">({ base: "vertical", xs: "horizontal" });
	return (
		<div>
			<Text size="sm" fw={600} mb={4}>
				{props.label}
			</Text>
			<SegmentedControl
				aria-label={props.label}
				orientation={orientation}
				value={props.value}
				data={props.data}
				onChange={props.onChange}
			/>
		</div>
	);
}
