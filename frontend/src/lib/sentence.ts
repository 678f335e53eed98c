/** The hub writes problems and reasons as phrases; on a page they stand as sentences. */
export function sentence(s: string): string {
	return s.charAt(0).toUpperCase() + s.slice(1) + (/[.!?\]]$/.test(s) ? "" : ".");
}
