import { NativeSelect, Stack, TagsInput, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { organisationQuery, type Reach } from "../../lib/people";
import { useSay } from "../../lib/say";
import { reachText as t } from "./messages";

const kinds = ["all", "locations", "groups", "own"] as const;

/** Says over which vehicles: all, those of some places, or their own. */
export function ReachPicker(props: {
	value: Reach;
	onChange: (r: Reach) => void;
	label?: string;
	error?: string;
}) {
	const say = useSay();
	const organisation = useQuery(organisationQuery).data;
	const { kind, places = [] } = props.value;
	const known =
		(kind === "groups" ? organisation?.groups : organisation?.locations)?.map((p) => p.name) ?? [];
	const strange = organisation ? places.filter((p) => !known.includes(p)) : [];
	const byPlace = kind === "locations" || kind === "groups";
	return (
		<Stack gap="xs">
			<NativeSelect
				label={props.label ?? say(t.label)}
				value={kind}
				onChange={(e) => {
					const next = e.currentTarget.value as Reach["kind"];
					props.onChange(
						next === "locations" || next === "groups" ? { kind: next, places: [] } : { kind: next },
					);
				}}
				data={kinds.map((value) => ({ value, label: say(t[value]) }))}
				error={byPlace ? undefined : props.error}
			/>
			{byPlace && (
				<>
					<TagsInput
						label={say(kind === "groups" ? t.whichGroups : t.whichLocations)}
						placeholder={places.length === 0 ? say(t.placesHint) : undefined}
						description={known.length === 0 && organisation ? say(t.none) : undefined}
						data={known}
						value={places}
						onChange={(next) => props.onChange({ kind, places: next })}
						acceptValueOnBlur
						maxTags={100}
						error={props.error}
						required
					/>
					{strange.length > 0 && known.length > 0 && (
						<Text size="xs" c="var(--hub-warn)" role="status">
							{say(t.strange, { names: say.list(strange), n: strange.length })}
						</Text>
					)}
				</>
			)}
		</Stack>
	);
}
