// Bar codes as a camera or a photo shows them: drawn by zxing-wasm's writer,
// laid out as frames of video (Y4M, which Chromium plays as a fake camera) or
// as a PNG.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import zlib from "node:zlib";

const require = createRequire(path.resolve(import.meta.dirname, "../frontend/package.json"));
const { prepareZXingModule, writeBarcode } = require("zxing-wasm/writer");
prepareZXingModule({
	overrides: { wasmBinary: fs.readFileSync(require.resolve("zxing-wasm/writer/zxing_writer.wasm")).buffer },
});

/** A grey picture, 0 is black. */
export class Picture {
	constructor(width, height) {
		this.width = width;
		this.height = height;
		// A wall in daylight, not paper white.
		this.grey = new Uint8Array(width * height).fill(190);
	}

	/** A bar code in the middle, turned by degrees. */
	static async of(format, text, { width = 1280, height = 720, turn = 0, scale } = {}) {
		const code = await writeBarcode(text, { format, scale: 1, addQuietZones: true });
		const symbol = code.symbol;
		const linear = format.startsWith("Code");
		const times = scale ?? (linear ? Math.floor((width * 0.86) / symbol.width) : Math.floor((height * 0.5) / symbol.height));
		const [w, h] = [symbol.width * times, linear ? height * 0.35 : symbol.height * times];
		const p = new Picture(width, height);
		const rad = (turn * Math.PI) / 180;
		const [cos, sin] = [Math.cos(rad), Math.sin(rad)];
		for (let y = 0; y < height; y++)
			for (let x = 0; x < width; x++) {
				const [dx, dy] = [x - width / 2, y - height / 2];
				const u = dx * cos + dy * sin + w / 2;
				const v = dy * cos - dx * sin + h / 2;
				const label = 24;
				if (u < -label || v < -label || u >= w + label || v >= h + label) continue;
				const inside = u >= 0 && v >= 0 && u < w && v < h;
				const row = linear ? symbol.height >> 1 : Math.floor(v / times);
				const dark = inside && symbol.data[row * symbol.width + Math.floor(u / times)] < 128;
				p.grey[y * width + x] = dark ? 25 : 235;
			}
		return p;
	}

	/** The picture as a PNG of one channel. */
	png() {
		const chunk = (kind, data) => {
			const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
			const out = Buffer.alloc(body.length + 8);
			out.writeUInt32BE(data.length, 0);
			body.copy(out, 4);
			out.writeUInt32BE(crc(body), body.length + 4);
			return out;
		};
		const head = Buffer.alloc(13);
		head.writeUInt32BE(this.width, 0);
		head.writeUInt32BE(this.height, 4);
		head[8] = 8;
		const rows = Buffer.alloc((this.width + 1) * this.height);
		for (let y = 0; y < this.height; y++) rows.set(this.grey.subarray(y * this.width, (y + 1) * this.width), y * (this.width + 1) + 1);
		const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
		return Buffer.concat([magic, chunk("IHDR", head), chunk("IDAT", zlib.deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
	}
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
	for (let i = 0; i < 8; i++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n;
});
const crc = (bytes) => (bytes.reduce((c, b) => table[(c ^ b) & 255] ^ (c >>> 8), -1) ^ -1) >>> 0;

/** Writes pictures of one size as a video that shows each for its number of frames. */
export function video(file, frames, perSecond) {
	const [{ width, height }] = frames;
	const out = fs.openSync(file, "w");
	fs.writeSync(out, `YUV4MPEG2 W${width} H${height} F${perSecond}:1 Ip A1:1 C420jpeg\n`);
	const colour = Buffer.alloc((width * height) / 2, 128);
	for (const f of frames) {
		fs.writeSync(out, "FRAME\n");
		fs.writeSync(out, f.grey);
		fs.writeSync(out, colour);
	}
	fs.closeSync(out);
}
