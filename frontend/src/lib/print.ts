/** Something that keeps the page loading, and can be put off for a moment. */
export interface Stream {
	pause(): void;
	resume(): void;
}

const streams = new Set<Stream>();

/** Has a stream pause while the page is printed; the answer ends that. */
export function pausedByPrint(s: Stream): () => void {
	streams.add(s);
	return () => streams.delete(s);
}

/**
 * Prints the page. Every button that prints calls this: WebKit, which the
 * desktop window is made of, puts printing off until a page has loaded, and one
 * that listens for live updates never has.
 */
export async function printPage(): Promise<void> {
	for (const s of streams) s.pause();
	try {
		// What was cut off counts as loading until the page has had a turn.
		await new Promise((r) => setTimeout(r));
		window.print();
	} finally {
		for (const s of streams) s.resume();
	}
}

/** What the desktop window's menu says to the page. */
const asked = "hubcap:print";

/** Prints when the desktop window's menu asks; the answer ends that. */
export function printWhenAsked(): () => void {
	const print = (e: Event) => {
		e.preventDefault(); // tells the menu that the page does it
		void printPage();
	};
	globalThis.addEventListener(asked, print);
	return () => globalThis.removeEventListener(asked, print);
}
