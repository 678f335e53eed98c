import { Checkbox, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { Schemas } from "../lib/api";
import { useSay } from "../lib/say";
import { m } from "./messages";
import { Origin } from "./Origin";
import { Provenance } from "./Provenance";

type Value = Schemas["DecodedValue"];

/** Every field of a decode, grouped, with a search inside and the provenance of each value. */
export function SpecsTable({ values }: { values: Value[] }) {
	const say = useSay();
	const [find, setFind] = useState("");
	const [defaults, setDefaults] = useState(false);
	const groups = useMemo(() => grouped(values, find, defaults), [values, find, defaults]);
	return (
		<Stack gap="md">
			<Group gap="md">
				<TextInput
					value={find}
					onChange={(e) => setFind(e.currentTarget.value)}
					aria-label={say(m.findField)}
					placeholder={say(m.findFieldHint)}
					leftSection={<IconSearch size={16} aria-hidden />}
					w={{ base: "100%", xs: 280 }}
				/>
				<Checkbox
					checked={defaults}
					onChange={(e) => setDefaults(e.currentTarget.checked)}
					label={say(m.showAssumed)}
				/>
			</Group>
			{groups.length === 0 && <Text c="dimmed">{say(m.noField, { find })}</Text>}
			{groups.map(([name, rows]) => (
				<section key={name}>
					<Title order={3} size="h5" mb={4}>
						{name || say(m.decode)}
					</Title>
					<Table verticalSpacing={6} layout="fixed">
						<Table.Tbody>
							{rows.map((v, i) => (
								// Elements that hold several values stand once for each.
								<Table.Tr key={`${v.code}${i}`}>
									<Table.Th scope="row" fw={400} c="dimmed" w="42%">
										{v.name}
									</Table.Th>
									<Table.Td style={{ overflowWrap: "anywhere" }}>
										{v.value}{" "}
										<Origin
											kind={v.origin === "default" ? "inferred" : "decoded"}
											detail={v.origin === "default" ? undefined : <Provenance value={v} />}
										/>
									</Table.Td>
								</Table.Tr>
							))}
						</Table.Tbody>
					</Table>
				</section>
			))}
		</Stack>
	);
}

function grouped(values: Value[], find: string, defaults: boolean): [string, Value[]][] {
	const wanted = find.trim().toLowerCase();
	const groups = new Map<string, Value[]>();
	for (const v of values) {
		if (v.origin === "note" || (v.origin === "default" && !defaults)) continue;
		if (wanted && !`${v.name} ${v.value} ${v.code}`.toLowerCase().includes(wanted)) continue;
		const name = v.group.replace(/^.*\//, "").trim();
		groups.set(name, [...(groups.get(name) ?? []), v]);
	}
	return [...groups];
}
