import { Badge, Text, Title } from "@mantine/core";
import { IconPhoto, IconPhotoOff } from "@tabler/icons-react";
import { useState } from "react";
import { thumbnail } from "../../../lib/attachments";
import { useSay } from "../../../lib/say";
import type { Vehicle } from "../api";
import type { Attachment } from "./api";
import { FileMenu } from "./FileMenu";
import classes from "./Files.module.css";
import type { FileActions } from "./FilesTab";
import { calledOf } from "./files";
import { m } from "./messages";

/** Photos side by side; the cover is the first. */
export function Photos(props: { vehicle: Vehicle; photos: Attachment[] } & FileActions) {
	const say = useSay();
	return (
		<section aria-label={say(m.photos)}>
			<Title order={2} size="h5" mb="xs">
				{say(m.photos)}{" "}
				<Text span size="sm" c="dimmed">
					{say.number(props.photos.length)}
				</Text>
			</Title>
			<ul className={classes.grid}>
				{props.photos.map((a) => (
					<Photo key={a.id} {...props} of={a} cover={a.id === props.vehicle.cover} />
				))}
			</ul>
		</section>
	);
}

function Photo(props: { vehicle: Vehicle; of: Attachment; cover: boolean } & FileActions) {
	const say = useSay();
	const { of: a } = props;
	const name = calledOf(a);
	return (
		<li className={classes.photo}>
			<button
				type="button"
				className={classes.picture}
				onClick={() => props.onOpen(a)}
				aria-label={say(m.open, { name })}
			>
				<Thumbnail of={a} />
			</button>
			{props.cover && (
				<Badge className={classes.badge} size="sm" tt="none" variant="filled" color="dark">
					{say(m.cover)}
				</Badge>
			)}
			<div className={classes.caption}>
				<Text size="xs" truncate title={name}>
					{name}
				</Text>
				<FileMenu {...props} of={a} />
			</div>
		</li>
	);
}

/** The small picture of a file, or a sign that there is none. */
export function Thumbnail({ of: a }: { of: Attachment }) {
	const [broken, setBroken] = useState(false);
	if (!a.picture) return <IconPhoto size={36} stroke={1.2} aria-hidden />;
	if (broken) return <IconPhotoOff size={36} stroke={1.2} aria-hidden />;
	return <img src={thumbnail(a.vehicle, a.id)} alt="" loading="lazy" onError={() => setBroken(true)} />;
}
