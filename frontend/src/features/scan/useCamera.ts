import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Read } from "./reader";
import { Reader } from "./reader";

/** Why there is no picture. */
export type Trouble = "insecure" | "denied" | "none" | "busy" | "reader";

/** The widest picture that is read, in pixels; more costs time and finds no more. */
const widest = 1_280;

// What browsers know of a lamp and TypeScript does not.
type Lamp = MediaTrackCapabilities & { torch?: boolean };

/** The camera behind a video element: reads it as fast as the reader can, and stops while nobody looks. */
export function useCamera(video: RefObject<HTMLVideoElement | null>, onRead: (r: Read) => void) {
	const [wanted, setWanted] = useState(false);
	const [running, setRunning] = useState(false);
	const [trouble, setTrouble] = useState<Trouble | undefined>(() =>
		(navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia ? undefined : "insecure",
	);
	const [shown, setShown] = useState(document.visibilityState === "visible");
	const [lamp, setLamp] = useState<boolean>();
	const track = useRef<MediaStreamTrack>(undefined);
	const told = useRef(onRead);
	told.current = onRead;

	useEffect(() => {
		const look = () => setShown(document.visibilityState === "visible");
		document.addEventListener("visibilitychange", look);
		return () => document.removeEventListener("visibilitychange", look);
	}, []);

	// Whoever permitted it before is not asked for a tap again.
	useEffect(() => {
		if (trouble) return;
		navigator.permissions
			?.query({ name: "camera" as PermissionName })
			.then((p) => p.state === "granted" && setWanted(true))
			.catch(() => undefined);
	}, [trouble]);

	useEffect(() => {
		const element = video.current;
		if (!wanted || !shown || !element) return;
		const reader = new Reader();
		let ended = false;
		let stream: MediaStream | undefined;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const begin = async () => {
			try {
				stream = await navigator.mediaDevices.getUserMedia({
					audio: false,
					video: { facingMode: "environment", width: { ideal: 1_920 }, height: { ideal: 1_080 } },
				});
			} catch (e) {
				if (!ended) {
					setTrouble(why(e));
					setWanted(false);
				}
				return;
			}
			if (ended) {
				for (const t of stream.getTracks()) t.stop();
				return;
			}
			track.current = stream.getVideoTracks()[0];
			const can = track.current?.getCapabilities?.() as Lamp | undefined;
			setLamp(can?.torch ? false : undefined);
			element.srcObject = stream;
			await element.play().catch(() => undefined);
			setTrouble(undefined);
			setRunning(true);
			frame(0);
		};
		const canvas = document.createElement("canvas");
		const next = (n: number) => {
			if (ended) return;
			// Only new frames are worth a look.
			if ("requestVideoFrameCallback" in element) element.requestVideoFrameCallback(() => frame(n));
			else timer = setTimeout(() => frame(n), 60);
		};
		const frame = async (n: number) => {
			if (ended) return;
			const picture = grab(element, canvas, n % 2 === 0);
			if (picture) {
				const read = await reader.read(picture);
				if (ended) return;
				if (read.failed) {
					setTrouble("reader");
					setWanted(false);
					return;
				}
				told.current(read);
			}
			next(n + 1);
		};
		void begin();
		return () => {
			ended = true;
			clearTimeout(timer);
			reader.close();
			for (const t of stream?.getTracks() ?? []) t.stop();
			element.srcObject = null;
			track.current = undefined;
			setRunning(false);
			setLamp(undefined);
		};
	}, [wanted, shown, video]);

	const light = useCallback(async (on: boolean) => {
		// A lamp that can't be lit is no trouble worth telling.
		await track.current
			?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
			.then(() => setLamp(on))
			.catch(() => undefined);
	}, []);
	return {
		running,
		trouble,
		/** Whether the lamp is lit; undefined where there is none. */
		lamp,
		light,
		start: () => {
			setTrouble((t) => (t === "insecure" ? t : undefined));
			setWanted(true);
		},
		stop: () => setWanted(false),
	};
}

function why(e: unknown): Trouble {
	const name = e instanceof DOMException ? e.name : "";
	if (name === "NotAllowedError" || name === "SecurityError") return "denied";
	if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
	return "busy";
}

/** The whole frame, or the band in the middle at full sharpness, where a long bar code is held. */
function grab(video: HTMLVideoElement, canvas: HTMLCanvasElement, whole: boolean): ImageData | undefined {
	const { videoWidth: w, videoHeight: h } = video;
	if (w === 0 || h === 0) return undefined;
	const from = whole ? { y: 0, h } : { y: h * 0.3, h: h * 0.4 };
	const scale = Math.min(1, (whole ? widest : widest * 1.5) / w);
	canvas.width = Math.round(w * scale);
	canvas.height = Math.round(from.h * scale);
	const c = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
	c?.drawImage(video, 0, from.y, w, from.h, 0, 0, canvas.width, canvas.height);
	return c?.getImageData(0, 0, canvas.width, canvas.height);
}
