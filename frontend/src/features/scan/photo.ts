import { plausible, type Said } from "./plausible";
import type { Reader } from "./reader";

/** How a photo is looked at: a part of it, turned, at a width. */
interface Look {
	/** Top and height, as parts of the whole. */
	y: number;
	h: number;
	/** Degrees. */
	turn: number;
	widest: number;
}

// The likeliest first: the reader itself finds quarter turns, a hand turns less.
const looks: Look[] = [
	{ y: 0, h: 1, turn: 0, widest: 1_600 },
	{ y: 0, h: 1, turn: 0, widest: 2_800 },
	...[12, -12, 25, -25].map((turn) => ({ y: 0, h: 1, turn, widest: 1_600 })),
	...[0.25, 0, 0.5].map((y) => ({ y, h: 0.5, turn: 0, widest: 3_200 })),
	{ y: 0, h: 1, turn: 0, widest: 800 },
	...[40, -40].map((turn) => ({ y: 0, h: 1, turn, widest: 1_600 })),
];

/** Reads the VIN of a photo. Undefined: no bar code was found; else what was. */
export async function readPhoto(file: Blob, reader: Reader): Promise<Said | undefined> {
	const image = await createImageBitmap(file, { imageOrientation: "from-image" });
	let other: Said | undefined;
	try {
		for (const look of looks) {
			const read = await reader.read(draw(image, look), true);
			if (read.failed) throw new Error(read.failed);
			for (const { text } of read.texts) {
				const said = plausible(text);
				if ("vin" in said) return said;
				other ??= said;
			}
		}
	} finally {
		image.close();
	}
	return other;
}

function draw(image: ImageBitmap, { y, h, turn, widest }: Look): ImageData {
	const scale = Math.min(1, widest / Math.max(image.width, image.height * h));
	const width = Math.round(image.width * scale);
	const height = Math.round(image.height * h * scale);
	const rad = (turn * Math.PI) / 180;
	const canvas = document.createElement("canvas");
	canvas.width = Math.ceil(Math.abs(width * Math.cos(rad)) + Math.abs(height * Math.sin(rad)));
	canvas.height = Math.ceil(Math.abs(width * Math.sin(rad)) + Math.abs(height * Math.cos(rad)));
	const c = canvas.getContext("2d", { alpha: false });
	if (!c) throw new Error("no canvas");
	c.fillStyle = "white";
	c.fillRect(0, 0, canvas.width, canvas.height);
	c.translate(canvas.width / 2, canvas.height / 2);
	c.rotate(rad);
	c.drawImage(
		image,
		0,
		image.height * y,
		image.width,
		image.height * h,
		-width / 2,
		-height / 2,
		width,
		height,
	);
	return c.getImageData(0, 0, canvas.width, canvas.height);
}
