import { Button, CopyButton, Group, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { PrintMenu } from "../../components/print/PrintMenu";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { BulkEdit } from "./BulkEdit";
import { m } from "./messages";
import type { Fleet } from "./useFleet";
import type { Selection } from "./useSelection";
import classes from "./VehicleTable.module.css";

/** What can be done with the rows that are selected. */
export function SelectedBar({ fleet, selection, q }: { fleet: Fleet; selection: Selection; q: string }) {
	const say = useSay();
	const may = useMay("vehicles.write");
	const [editing, setEditing] = useState(false);
	if (selection.count === 0) return null;
	const vins = fleet
		.loaded()
		.filter((f) => selection.ids.has(f.vehicle.id))
		.map((f) => f.vehicle.vin);
	return (
		<Group className={classes.selected} justify="space-between" gap="sm">
			<Group gap="sm">
				<Text size="sm" fw={600} role="status">
					{say(selection.all ? m.allSelected : m.selected, { n: selection.count })}
				</Text>
				{!selection.all && selection.count < fleet.total && (
					<Button size="compact-sm" variant="subtle" onClick={selection.takeAll}>
						{say(m.selectAll, { n: fleet.total })}
					</Button>
				)}
			</Group>
			<Group gap="xs">
				{may && (
					<Button
						size="compact-sm"
						leftSection={<IconPencil size={14} aria-hidden />}
						onClick={() => setEditing(true)}
					>
						{say(m.edit)}
					</Button>
				)}
				<PrintMenu
					which={selection.all ? { query: q } : { ids: [...selection.ids] }}
					n={selection.count}
					compact
				/>
				{vins.length > 0 && (
					<CopyButton value={vins.join("\n")}>
						{({ copied, copy }) => (
							<Button size="compact-sm" variant="default" onClick={copy}>
								{say(copied ? m.copied : m.copyVINs)}
							</Button>
						)}
					</CopyButton>
				)}
				<Button size="compact-sm" variant="subtle" onClick={selection.clear}>
					{say(m.clearSelection)}
				</Button>
			</Group>
			<BulkEdit
				of={selection.all ? { query: q } : { ids: [...selection.ids] }}
				count={selection.count}
				opened={editing}
				onClose={() => setEditing(false)}
			/>
		</Group>
	);
}
