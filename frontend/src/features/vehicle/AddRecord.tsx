import { Button, Menu, Modal } from "@mantine/core";
import { IconChevronDown, IconGasStation, IconGauge, IconTool } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useSay } from "../../lib/say";
import type { RecordKind, Vehicle } from "./api";
import { m } from "./messages";
import { RecordForm, recordNames } from "./RecordForm";

/** One button to add a record; the date is filled in. */
export function AddRecord({ vehicle }: { vehicle: Vehicle }) {
	const say = useSay();
	// The address says which form is open: whoever comes from elsewhere can ask for one.
	const { add: kind } = useSearch({ from: "/vehicles/$id" });
	const navigate = useNavigate({ from: "/vehicles/$id" });
	const setKind = (add: RecordKind | undefined) =>
		navigate({ search: (old) => ({ ...old, add }), replace: true, resetScroll: false });
	const close = () => void setKind(undefined);
	return (
		<>
			<Menu position="bottom-end">
				<Menu.Target>
					<Button rightSection={<IconChevronDown size={16} aria-hidden />}>{say(m.add)}</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item leftSection={<IconTool size={16} aria-hidden />} onClick={() => setKind("service")}>
						{say(m.service)}
					</Menu.Item>
					<Menu.Item leftSection={<IconGasStation size={16} aria-hidden />} onClick={() => setKind("fuel")}>
						{say(m.fuel)}
					</Menu.Item>
					<Menu.Item leftSection={<IconGauge size={16} aria-hidden />} onClick={() => setKind("reading")}>
						{say(m.reading)}
					</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			<Modal
				opened={kind !== undefined}
				onClose={close}
				title={kind ? say(recordNames[kind]) : ""}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				{kind && <RecordForm key={kind} kind={kind} vehicle={vehicle} onDone={close} />}
			</Modal>
		</>
	);
}
