import { Button, Checkbox, Popover, ScrollArea, Stack, Text } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { columns, columnsOf, usualColumns } from "./columns";
import { m } from "./messages";

/** Which columns the list has, and in which order they were chosen. */
export function ColumnMenu(props: { chosen: string[]; own: string[]; onChange: (names: string[]) => void }) {
	const say = useSay();
	const costs = useMay("costs.read");
	const { chosen } = props;
	const offered = columns.filter((c) => costs || !c.costs);
	const own = columnsOf([...new Set([...props.own, ...chosen.filter((n) => n.startsWith("field:"))])], costs);
	const box = (name: string, label: string) => (
		<Checkbox
			key={name}
			size="sm"
			label={label}
			checked={chosen.includes(name)}
			onChange={(e) =>
				props.onChange(e.currentTarget.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
			}
		/>
	);
	return (
		<Popover position="bottom-end" width={240} trapFocus shadow="md">
			<Popover.Target>
				<Button variant="default" size="xs" leftSection={<IconColumns3 size={15} aria-hidden />}>
					{say(m.columns)}
				</Button>
			</Popover.Target>
			<Popover.Dropdown aria-label={say(m.columnsAbout)} p="sm">
				<ScrollArea.Autosize mah={360} type="auto" offsetScrollbars>
					<Stack gap={8} component="fieldset" m={0} p={0} bd={0}>
						{offered.map((c) => box(c.name, c.label(say)))}
						{own.length > 0 && (
							<Text size="xs" fw={600} mt={4}>
								{say(m.ownFields)}
							</Text>
						)}
						{own.map((c) => box(c.name, c.label(say)))}
					</Stack>
				</ScrollArea.Autosize>
				<Button
					variant="subtle"
					size="compact-sm"
					mt="xs"
					onClick={() => props.onChange(usualColumns)}
					disabled={chosen.join() === usualColumns.join()}
				>
					{say(m.usualColumns)}
				</Button>
			</Popover.Dropdown>
		</Popover>
	);
}
