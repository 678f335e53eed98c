import { ActionIcon, Badge, Button, CopyButton, Group, Menu, Text, Title, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCheck, IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { day, distance } from "../../lib/format";
import { usePreferences, useRefresh } from "../../lib/queries";
import { AddRecord } from "./AddRecord";
import { deleteVehicle, historyQuery, type Vehicle } from "./api";

export function Header({ vehicle: v }: { vehicle: Vehicle }) {
	const p = usePreferences();
	const history = useQuery(historyQuery(v.id));
	const odometer = history.data?.odometer;
	const overdue = history.data?.due.filter((d) => d.overdue).length ?? 0;
	return (
		<Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
			<div>
				<Title order={1} size="h2">
					{v.title}
				</Title>
				<Group gap={6}>
					<Text span ff="monospace" size="sm">
						{v.vin}
					</Text>
					<CopyButton value={v.vin}>
						{({ copied, copy }) => (
							<Tooltip label={copied ? "Copied" : "Copy VIN"}>
								<ActionIcon variant="subtle" size="sm" onClick={copy} aria-label="Copy VIN">
									{copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
								</ActionIcon>
							</Tooltip>
						)}
					</CopyButton>
					<Text span size="sm" c="dimmed">
						{[v.decoded.trim || v.decoded.series || "trim not in VIN", v.stock && `stock ${v.stock}`, v.plate]
							.filter(Boolean)
							.join(" · ")}
					</Text>
				</Group>
				<Group gap="xs" mt={6}>
					{odometer && (
						<Badge variant="light" color={odometer.doubted ? "orange" : "gray"} tt="none" size="lg">
							{distance(odometer.distance.meters, p)} on {day(odometer.date)}
							{odometer.doubted ? ", doubted" : ""}
						</Badge>
					)}
					{overdue > 0 && (
						<Badge variant="light" color="red" tt="none" size="lg">
							{overdue === 1 ? "1 service overdue" : `${overdue} services overdue`}
						</Badge>
					)}
					{v.sample && (
						<Badge variant="outline" color="gray" tt="none" size="lg">
							sample
						</Badge>
					)}
				</Group>
			</div>
			<Group gap="xs" className="no-print">
				<AddRecord vehicle={v} />
				<More vehicle={v} />
			</Group>
		</Group>
	);
}

function More({ vehicle: v }: { vehicle: Vehicle }) {
	const navigate = useNavigate();
	const refresh = useRefresh();
	const remove = useMutation({
		mutationFn: () => deleteVehicle(v),
		onSuccess: async () => {
			await navigate({ to: "/vehicles" });
			await refresh();
			notifications.show({ message: `${v.title} was removed.` });
		},
	});
	return (
		<>
			<Menu position="bottom-end">
				<Menu.Target>
					<Button variant="default" px="xs" aria-label="More actions">
						<IconDots size={18} aria-hidden />
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item
						leftSection={<IconTrash size={16} aria-hidden />}
						color="red"
						onClick={() => remove.mutate()}
					>
						Remove this vehicle
					</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			{remove.error && <FailureNote error={remove.error} title="The vehicle was not removed" />}
		</>
	);
}
