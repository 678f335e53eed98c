import { Button, Checkbox, Drawer, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Say, useSay } from "../../lib/say";
import { stageName } from "../../lib/stages";
import { facetFields, facetsQuery } from "./api";
import { chosen, filtersIn, isChosen, withoutFilters } from "./facets";
import { facetNames, m } from "./messages";

type Field = (typeof facetFields)[number];

/** Every field by whose values the list narrows, with how many vehicles have each. */
export function FilterPanel({ q, onQuery }: { q: string; onQuery: (q: string) => void }) {
	const say = useSay();
	const [opened, panel] = useDisclosure(false);
	const facets = useQuery({ ...facetsQuery(q), enabled: opened }).data ?? {};
	const on = filtersIn(q, facetFields).length;
	return (
		<>
			<Button
				variant={on > 0 ? "light" : "default"}
				size="xs"
				leftSection={<IconFilter size={15} aria-hidden />}
				onClick={panel.open}
			>
				{on > 0 ? say(m.filtersOn, { n: on }) : say(m.filters)}
			</Button>
			<Drawer
				opened={opened}
				onClose={panel.close}
				position="right"
				size="sm"
				title={say(m.filtersAbout)}
				closeButtonProps={{ "aria-label": say(m.close) }}
				// What has the focus is not hidden under the head.
				styles={{ content: { scrollPaddingTop: 72 } }}
			>
				<Stack gap="lg">
					{facetFields.map((f) => (
						<Values key={f} field={f} values={facets[f] ?? []} q={q} onQuery={onQuery} />
					))}
					<Group>
						<Button
							variant="default"
							disabled={on === 0}
							onClick={() => onQuery(withoutFilters(q, facetFields))}
						>
							{say(m.clearFilters)}
						</Button>
					</Group>
				</Stack>
			</Drawer>
		</>
	);
}

const few = 6;

function valueName(field: Field, value: string, say: Say): string {
	if (field === "stage") return stageName(value, say);
	if (field === "mismatch")
		return say(value === "hard" ? m.differs : value === "soft" ? m.mayDiffer : m.agrees);
	return value;
}

function Values(props: {
	field: Field;
	values: { value: string; count: number }[];
	q: string;
	onQuery: (q: string) => void;
}) {
	const say = useSay();
	const [all, setAll] = useState(false);
	const { field, values, q } = props;
	if (values.length === 0) return null;
	const shown = all ? values : values.slice(0, few);
	return (
		<Stack gap={6} component="fieldset" m={0} p={0} bd={0}>
			<Text component="legend" size="sm" fw={600} p={0} mb={4}>
				{say(facetNames[field])}
			</Text>
			{shown.map((v) => (
				<Group key={v.value} justify="space-between" wrap="nowrap" gap="sm">
					<Checkbox
						size="sm"
						label={valueName(field, v.value, say)}
						checked={isChosen(q, field, v.value)}
						onChange={() => props.onQuery(chosen(q, field, v.value))}
						styles={{ label: { overflowWrap: "anywhere" } }}
					/>
					<Text size="xs" c="dimmed">
						{say.number(v.count)}
					</Text>
				</Group>
			))}
			{shown.length < values.length && (
				<UnstyledButton className="link" onClick={() => setAll(true)}>
					<Text span size="sm">
						{say(m.more, { n: values.length - shown.length })}
					</Text>
				</UnstyledButton>
			)}
		</Stack>
	);
}
