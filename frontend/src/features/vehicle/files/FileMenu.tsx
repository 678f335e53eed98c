import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
	IconDots,
	IconDownload,
	IconEye,
	IconFileInvoice,
	IconFileText,
	IconLockOpen,
	IconPencil,
	IconPhoto,
	IconPhotoStar,
	IconTrash,
} from "@tabler/icons-react";
import { useWrite } from "../../../hooks/useWrite";
import { useSay } from "../../../lib/say";
import type { Vehicle } from "../api";
import { type Attachment, type Edit, editAttachment, removeAttachment } from "./api";
import type { FileActions } from "./FilesTab";
import { calledOf } from "./files";
import { m } from "./messages";
import { useSaveContent } from "./useSaveContent";

/** What may be done with one photo or paper; nothing else is offered. */
export function FileMenu(props: { vehicle: Vehicle; of: Attachment } & FileActions) {
	const say = useSay();
	const { of: a } = props;
	const name = calledOf(a);
	const save = useSaveContent();
	const failed = (e: Error) =>
		notifications.show({ title: say(m.notDone), message: e.message, color: "red", autoClose: 10_000 });
	const edit = useWrite({
		write: (e: { edit: Edit; said: string }) => editAttachment(a, e.edit),
		said: (_, e) => e.said,
	});
	const remove = useWrite({
		write: () => removeAttachment(a),
		said: () => say(m.removed, { name }),
	});
	const change = (e: Edit, said: string) => edit.mutate({ edit: e, said }, { onError: failed });
	const cover = a.id === props.vehicle.cover;
	const photo = a.kind === "photo";
	if (!a.mayOpen && !props.mayWrite) return null;
	return (
		<Menu position="bottom-end" withinPortal>
			<Menu.Target>
				<ActionIcon variant="subtle" color="gray" aria-label={say(m.actions, { name })}>
					<IconDots size={18} aria-hidden />
				</ActionIcon>
			</Menu.Target>
			<Menu.Dropdown>
				{a.mayOpen && (
					<>
						<Menu.Item leftSection={<IconEye size={16} aria-hidden />} onClick={() => props.onOpen(a)}>
							{say(m.show)}
						</Menu.Item>
						<Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => save.mutate(a)}>
							{say(m.save)}
						</Menu.Item>
						{a.text && props.mayRecord && (
							<Menu.Item
								leftSection={<IconFileInvoice size={16} aria-hidden />}
								onClick={() => props.onDraft(a)}
							>
								{say(m.record)}
							</Menu.Item>
						)}
					</>
				)}
				{props.mayWrite && (
					<>
						{a.mayOpen && <Menu.Divider />}
						<Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => props.onRename(a)}>
							{say(m.rename)}
						</Menu.Item>
						{photo && (
							<Menu.Item
								leftSection={<IconPhotoStar size={16} aria-hidden />}
								onClick={() =>
									change({ cover: !cover }, cover ? say(m.coverGone) : say(m.coverSet, { name }))
								}
							>
								{say(cover ? m.noCover : m.makeCover)}
							</Menu.Item>
						)}
						{(photo || a.media.startsWith("image/")) && (
							<Menu.Item
								leftSection={
									photo ? <IconFileText size={16} aria-hidden /> : <IconPhoto size={16} aria-hidden />
								}
								onClick={() => change({ kind: photo ? "paper" : "photo" }, say(m.moved, { name }))}
							>
								{say(photo ? m.asPaper : m.asPhoto)}
							</Menu.Item>
						)}
						{!photo && props.seesCosts && (
							<Menu.Item
								leftSection={<IconLockOpen size={16} aria-hidden />}
								onClick={() =>
									change({ open: !a.open }, say(a.open ? m.closedToSome : m.openedToAll, { name }))
								}
							>
								{say(a.open ? m.notOpenToAll : m.openToAll)}
							</Menu.Item>
						)}
						<Menu.Divider />
						<Menu.Item
							leftSection={<IconTrash size={16} aria-hidden />}
							color="red"
							onClick={() => remove.mutate(undefined, { onError: failed })}
						>
							{say(m.remove)}
						</Menu.Item>
					</>
				)}
			</Menu.Dropdown>
		</Menu>
	);
}
