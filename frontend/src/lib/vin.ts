/**
 * Tidies what a person pasted or a scanner typed: a Code 39 label may carry a
 * leading "I" (imported) and start and stop signs, and blanks may stand
 * anywhere around.
 */
export function tidyVIN(text: string): string {
	let s = text.trim().toUpperCase();
	if (s.length > 17 && s.startsWith("*") && s.endsWith("*")) s = s.slice(1, -1).trim();
	if (s.length === 18 && s.startsWith("I")) s = s.slice(1);
	return s;
}

/** Splits a paste into VINs; one VIN gives a list of one. */
export function splitVINs(text: string): string[] {
	return text
		.split(/[\s,;]+/)
		.map(tidyVIN)
		.filter((s) => s !== "");
}

/**
 * The VINs that stand in a file, in its order: whatever has the form of one.
 * In a file that holds none, each part is taken for a VIN, so that its
 * mistakes are shown instead of nothing.
 */
export function vinsIn(text: string): string[] {
	const found = text.toUpperCase().match(/(?<![A-Z0-9])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])/g) ?? [];
	const vins = found.filter((s) => /\d/.test(s));
	return vins.length > 0 ? vins : splitVINs(text);
}

/** The last characters of a VIN, by which people call a vehicle. */
export function tail(vin: string, n = 6): string {
	return vin.slice(-n);
}
