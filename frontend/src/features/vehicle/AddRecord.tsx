import { Button, Menu, Modal } from "@mantine/core";
import { IconChevronDown, IconGasStation, IconGauge, IconTool } from "@tabler/icons-react";
import { useState } from "react";
import type { RecordKind, Vehicle } from "./api";
import { RecordForm, recordNames } from "./RecordForm";

/** One button to add a record; the date is filled in. */
export function AddRecord({ vehicle }: { vehicle: Vehicle }) {
	const [kind, setKind] = useState<RecordKind>();
	const close = () => setKind(undefined);
	return (
		<>
			<Menu position="bottom-end">
				<Menu.Target>
					<Button rightSection={<IconChevronDown size={16} aria-hidden />}>Add record</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item leftSection={<IconTool size={16} aria-hidden />} onClick={() => setKind("service")}>
						Service
					</Menu.Item>
					<Menu.Item leftSection={<IconGasStation size={16} aria-hidden />} onClick={() => setKind("fuel")}>
						Fuel
					</Menu.Item>
					<Menu.Item leftSection={<IconGauge size={16} aria-hidden />} onClick={() => setKind("reading")}>
						Odometer reading
					</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			<Modal
				opened={kind !== undefined}
				onClose={close}
				title={kind ? recordNames[kind] : ""}
				closeButtonProps={{ "aria-label": "Close" }}
			>
				{kind && <RecordForm key={kind} kind={kind} vehicle={vehicle} onDone={close} />}
			</Modal>
		</>
	);
}
