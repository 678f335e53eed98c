// Reads bar codes off the page's thread, so that the picture never stutters.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Asked, Read } from "./reader";

// The hub serves the reader itself; the library would fetch it from elsewhere.
prepareZXingModule({ overrides: { locateFile: () => wasm } });

self.onmessage = async (e: MessageEvent<Asked>) => {
	const { id, width, height, pixels, thorough } = e.data;
	const begun = performance.now();
	let read: Read = { id, texts: [], tookMS: 0 };
	try {
		const found = await readBarcodes(new ImageData(new Uint8ClampedArray(pixels), width, height), {
			formats: ["Code39", "Code128", "DataMatrix", "QRCode"],
			tryHarder: true,
			tryRotate: true,
			tryInvert: thorough,
			tryDownscale: thorough,
			maxNumberOfSymbols: 8,
		});
		read.texts = found.filter((f) => f.isValid).map((f) => ({ text: f.text, format: String(f.format) }));
	} catch (error) {
		read = { ...read, failed: String(error) };
	}
	self.postMessage({ ...read, tookMS: performance.now() - begun });
};
