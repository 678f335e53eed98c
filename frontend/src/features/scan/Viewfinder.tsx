import { Alert, Button, Group, Switch } from "@mantine/core";
import { IconBulb, IconCamera, IconCameraOff } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { useSay } from "../../lib/say";
import { m } from "./messages";
import type { Read } from "./reader";
import classes from "./scan.module.css";
import { wakeSound } from "./sound";
import { useCamera } from "./useCamera";

/** The camera's picture with the frame to hold a bar code into, and what is wrong where there is none. */
export function Viewfinder(props: {
	onRead: (r: Read) => void;
	/** Whether a car was taken a moment ago. */
	taken: boolean;
	quiet: boolean;
	onQuiet: (quiet: boolean) => void;
	children: ReactNode;
}) {
	const say = useSay();
	const video = useRef<HTMLVideoElement>(null);
	const camera = useCamera(video, props.onRead);
	const start = () => {
		wakeSound();
		camera.start();
	};
	return (
		<>
			{camera.trouble !== "insecure" && (
				<div className={classes.view}>
					<video
						ref={video}
						className={classes.video}
						data-off={!camera.running || undefined}
						aria-label={say(m.picture)}
						muted
						playsInline
					/>
					{camera.running ? (
						<>
							<div className={classes.frame} data-taken={props.taken || undefined} />
							<p className={classes.guide}>{say(m.guide)}</p>
						</>
					) : (
						<div className={classes.begin}>
							<Button size="lg" leftSection={<IconCamera size={22} aria-hidden />} onClick={start}>
								{say(m.start)}
							</Button>
						</div>
					)}
				</div>
			)}
			{camera.trouble && (
				<Alert color="orange" role="alert">
					{say(m[camera.trouble])}
				</Alert>
			)}
			<Group gap="sm">
				{camera.running && (
					<Button
						variant="default"
						leftSection={<IconCameraOff size={18} aria-hidden />}
						onClick={camera.stop}
					>
						{say(m.stop)}
					</Button>
				)}
				{camera.lamp !== undefined && (
					<Button
						variant={camera.lamp ? "filled" : "default"}
						aria-pressed={camera.lamp}
						leftSection={<IconBulb size={18} aria-hidden />}
						onClick={() => void camera.light(!camera.lamp)}
					>
						{say(m.light)}
					</Button>
				)}
				{props.children}
				<Switch
					label={say(m.aloud)}
					checked={!props.quiet}
					onChange={(e) => {
						wakeSound();
						props.onQuiet(!e.currentTarget.checked);
					}}
				/>
			</Group>
		</>
	);
}
