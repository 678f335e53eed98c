import { ActionIcon, Badge, Button, CopyButton, Group, Menu, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
	IconAlertTriangle,
	IconCheck,
	IconCopy,
	IconDots,
	IconPencil,
	IconPrinter,
	IconTrash,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Changed, isChanged } from "../../components/Changed";
import { FailureNote } from "../../components/FailureNote";
import { PrintMenu } from "../../components/print/PrintMenu";
import { useShortcuts } from "../../hooks/useShortcuts";
import { useWrite } from "../../hooks/useWrite";
import { thumbnail } from "../../lib/attachments";
import { usersQuery } from "../../lib/people";
import { printPage } from "../../lib/print";
import { useSay } from "../../lib/say";
import { useMay, useSession } from "../../lib/session";
import { stageName } from "../../lib/stages";
import { AddRecord } from "./AddRecord";
import { deleteVehicle, historyQuery, type Vehicle, vehicleQuery } from "./api";
import { EditVehicle } from "./EditVehicle";
import classes from "./Header.module.css";
import { m } from "./messages";

export function Header({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const [editing, edit] = useDisclosure(false);
	const heading = useRef<HTMLHeadingElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: each vehicle is a page of its own
	useEffect(() => {
		// What had the focus went away with the page before; begin at the heading.
		if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
	}, [v.id]);
	const owner = useOwner(v.owner);
	const may = { write: useMay("vehicles.write"), record: useMay("records.write") };
	useShortcuts({ edit: () => (may.write ? edit.open() : undefined) });
	return (
		<Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
			<Cover vehicle={v} />
			<div style={{ minWidth: 0, flex: "1 1 260px" }}>
				<Title order={1} size="h2" ref={heading} tabIndex={-1} style={{ overflowWrap: "anywhere" }}>
					{v.title}
				</Title>
				<Group gap={6}>
					<Text span ff="monospace" size="sm">
						{v.vin}
					</Text>
					<CopyButton value={v.vin}>
						{({ copied, copy }) => (
							<Tooltip label={say(copied ? m.copied : m.copyVIN)}>
								<ActionIcon
									className="no-print"
									variant="subtle"
									size="sm"
									onClick={copy}
									aria-label={say(copied ? m.vinCopied : m.copyVIN)}
								>
									{copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
								</ActionIcon>
							</Tooltip>
						)}
					</CopyButton>
					<Text span size="sm" c="dimmed">
						{[
							v.decoded.trim || v.decoded.series || say(m.noTrim),
							v.stock && say(m.stock, { stock: v.stock }),
							v.plate && say(m.plate, { plate: v.plate }),
							v.location,
							owner && say(m.ownedBy, { name: owner }),
						]
							.filter(Boolean)
							.join(" · ")}
					</Text>
				</Group>
				<Badges v={v} />
			</div>
			<Group gap="xs" className="no-print">
				{may.record && <AddRecord vehicle={v} />}
				{may.write && (
					<Button
						variant="default"
						leftSection={<IconPencil size={16} aria-hidden />}
						onClick={edit.open}
						aria-keyshortcuts="e"
					>
						{say(m.edit)}
					</Button>
				)}
				<PrintMenu which={{ ids: [v.id] }} n={1} />
				<More vehicle={v} />
			</Group>
			<EditVehicle vehicle={v} opened={editing} onClose={edit.close} />
		</Group>
	);
}

/** The photo that stands for the vehicle; it leads to the others. */
function Cover({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const [gone, setGone] = useState("");
	if (!v.cover || gone === v.cover) return null;
	return (
		<Link
			to="/vehicles/$id"
			params={{ id: v.id }}
			search={{ tab: "files" }}
			className={classes.cover}
			aria-label={say(m.photoOf, { title: v.title })}
		>
			<img src={thumbnail(v.id, v.cover)} alt="" onError={() => setGone(v.cover ?? "")} />
		</Link>
	);
}

/** Whose vehicle it is, as far as this person may know. */
function useOwner(id: string | undefined): string | undefined {
	const me = useSession()?.user;
	const users = useQuery({ ...usersQuery, enabled: useMay("users.manage") && Boolean(id) }).data;
	if (!id) return undefined;
	return id === me?.id ? me.name : users?.find((u) => u.id === id)?.name;
}

function Badges({ v }: { v: Vehicle }) {
	const say = useSay();
	const history = useQuery(historyQuery(v.id));
	const odometer = history.data?.odometer;
	const overdue = history.data?.due.filter((d) => d.overdue).length ?? 0;
	return (
		// The room stands before the records are read, so that nothing below moves.
		<Group gap="xs" mt={6} mih={26}>
			<Badge variant="light" color={v.stage === "sold" ? "gray" : "petrol"} tt="none" size="lg">
				{stageName(v.stage, say)}
			</Badge>
			{odometer && (
				<Badge
					variant="light"
					color={odometer.doubted ? "orange" : "gray"}
					tt="none"
					size="lg"
					title={say.distanceRead(odometer.distance)}
					leftSection={odometer.doubted ? <IconAlertTriangle size={14} aria-hidden /> : undefined}
				>
					{say(odometer.doubted ? m.odometerDoubted : m.odometerOn, {
						distance: say.distance(odometer.distance.meters),
						day: say.day(odometer.date),
					})}
				</Badge>
			)}
			{overdue > 0 && (
				<Badge
					variant="light"
					color="red"
					tt="none"
					size="lg"
					leftSection={<IconAlertTriangle size={14} aria-hidden />}
				>
					{say(m.overdue, { n: overdue })}
				</Badge>
			)}
			{v.tags
				.filter((t) => !(v.sample && t === "sample"))
				.map((t) => (
					<Badge key={t} variant="outline" color="gray" tt="none" size="lg">
						{t}
					</Badge>
				))}
			{v.sample && (
				<Badge variant="outline" color="gray" tt="none" size="lg">
					{say(m.sample)}
				</Badge>
			)}
		</Group>
	);
}

function More({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const navigate = useNavigate();
	const client = useQueryClient();
	const mayRemove = useMay("vehicles.delete");
	const remove = useWrite({
		write: () => deleteVehicle(v),
		said: () => say(m.removed, { title: v.title }),
		onDone: () => navigate({ to: "/vehicles" }),
		onUndone: () => navigate({ to: "/vehicles/$id", params: { id: v.id } }),
	});
	return (
		<>
			<Menu position="bottom-end">
				<Menu.Target>
					<Button variant="default" px="xs" aria-label={say(m.more)}>
						<IconDots size={18} aria-hidden />
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => void printPage()}>
						{say(m.print)}
					</Menu.Item>
					{mayRemove && (
						<Menu.Item
							leftSection={<IconTrash size={16} aria-hidden />}
							color="red"
							onClick={() => remove.mutate(undefined)}
						>
							{say(m.remove)}
						</Menu.Item>
					)}
				</Menu.Dropdown>
			</Menu>
			{isChanged(remove.error) ? (
				<Changed
					what="vehicle"
					onLoad={async () => {
						await client.fetchQuery({ ...vehicleQuery(v.id), staleTime: 0 });
						remove.reset();
					}}
				/>
			) : (
				remove.error && <FailureNote error={remove.error} title={say(m.notRemoved)} />
			)}
		</>
	);
}
