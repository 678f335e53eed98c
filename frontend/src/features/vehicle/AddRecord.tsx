import { Button, Menu, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconChevronDown, IconFileText, IconGasStation, IconGauge, IconTool } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useSay } from "../../lib/say";
import type { RecordKind, Vehicle } from "./api";
import { invoice, m } from "./messages";
import { PasteInvoice } from "./PasteInvoice";
import { RecordForm, recordNames } from "./RecordForm";

/** One button to add a record; the date is filled in. */
export function AddRecord({ vehicle }: { vehicle: Vehicle }) {
	const say = useSay();
	// The address says which form is open: whoever comes from elsewhere can ask for one.
	const { add: kind } = useSearch({ from: "/vehicles/$id" });
	const navigate = useNavigate({ from: "/vehicles/$id" });
	const narrow = useMediaQuery("(max-width: 48em)");
	const setKind = (add: RecordKind | "invoice" | undefined) =>
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
					<Menu.Divider />
					<Menu.Item leftSection={<IconFileText size={16} aria-hidden />} onClick={() => setKind("invoice")}>
						{say(invoice.menu)}
					</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			<Modal
				opened={kind !== undefined}
				onClose={close}
				title={kind ? say(kind === "invoice" ? invoice.title : recordNames[kind]) : ""}
				size={kind === "invoice" ? 920 : undefined}
				fullScreen={kind === "invoice" && narrow}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				{kind === "invoice" && (
					<PasteInvoice vehicle={vehicle} onDone={close} onByHand={() => void setKind("service")} />
				)}
				{kind && kind !== "invoice" && <RecordForm key={kind} kind={kind} vehicle={vehicle} onDone={close} />}
			</Modal>
		</>
	);
}
