/** A picture to be read; thorough takes longer and is for photos. */
export interface Asked {
	id: number;
	width: number;
	height: number;
	pixels: ArrayBuffer;
	thorough: boolean;
}

/** What stood in it. */
export interface Read {
	id: number;
	texts: { text: string; format: string }[];
	tookMS: number;
	/** Why nothing could be read at all: the reader did not load. */
	failed?: string;
}

/** The bar code reader, in a worker of its own; it loads when the first picture comes. */
export class Reader {
	private worker: Worker | undefined;
	private next = 1;
	private readonly waiting = new Map<number, (r: Read) => void>();

	read(picture: ImageData, thorough = false): Promise<Read> {
		this.worker ??= this.start();
		const id = this.next++;
		const { width, height } = picture;
		const pixels = picture.data.buffer as ArrayBuffer;
		return new Promise((done) => {
			this.waiting.set(id, done);
			this.worker?.postMessage({ id, width, height, pixels, thorough } satisfies Asked, [pixels]);
		});
	}

	close(): void {
		this.worker?.terminate();
		this.worker = undefined;
		this.end("closed");
	}

	private start(): Worker {
		const worker = new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module" });
		worker.onmessage = (e: MessageEvent<Read>) => {
			this.waiting.get(e.data.id)?.(e.data);
			this.waiting.delete(e.data.id);
		};
		worker.onerror = () => this.end("the reader did not start");
		return worker;
	}

	private end(failed: string): void {
		for (const [id, done] of this.waiting) done({ id, texts: [], tookMS: 0, failed });
		this.waiting.clear();
	}
}
