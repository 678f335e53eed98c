import { tidyVIN } from "../../lib/vin";

/** What a barcode, or somebody, said: a VIN, or why it is none. */
export type Said =
	| { vin: string /** The check digit speaks for it. */; sure: boolean }
	| { not: "length" | "characters" | "digit" | "serial"; text: string };

const legal = /^[A-HJ-NPR-Z0-9]{17}$/;

// Weights and values of 49 CFR 565.15(c), tables III and IV.
const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const letters = "ABCDEFGH.JKLMN.P.R..STUVWXYZ";
const value = (c: string) => {
	if (c >= "0" && c <= "9") return Number(c);
	// S begins at 2 in the third row of nine, which the dots fill up to.
	const at = letters.indexOf(c);
	return at < 20 ? (at % 9) + 1 : at - 18;
};

/** The check digit that 17 legal characters ask for. */
export function checkDigit(vin: string): string {
	const sum = [...vin].reduce((n, c, i) => n + value(c) * (weights[i] ?? 0), 0) % 11;
	return sum === 10 ? "X" : String(sum);
}

/** Whether the first character is of North America, where position 9 is a check digit (49 CFR 565.15). */
export const northAmerican = (vin: string) => /^[1-5]/.test(vin);

/**
 * Takes a text for a VIN where it plausibly is one. A dealer's stock label, a
 * part number or half a bar code must not become a vehicle, so a VIN that
 * should have a check digit has the right one; others end in digits
 * (ISO 3779: the last four of the serial number), which most labels don't.
 */
export function plausible(text: string): Said {
	const tidy = tidyVIN(text);
	const stripped = [tidy, tidyVIN(tidy.replace(/^\*+|\*+$/g, ""))];
	// A matrix code may hold more than the VIN: an address, or several fields.
	const inside = text.toUpperCase().match(/(?<![A-Z0-9])I?[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])/g) ?? [];
	let first: Said | undefined;
	for (const s of [...stripped, ...inside.map(tidyVIN)]) {
		const said = judge(s);
		if ("vin" in said) return said;
		first ??= said;
	}
	return first ?? { not: "length", text: tidy };
}

function judge(s: string): Said {
	if (s.length !== 17) return { not: "length", text: s };
	if (!legal.test(s)) return { not: "characters", text: s };
	const sure = s[8] === checkDigit(s);
	if (northAmerican(s)) return sure ? { vin: s, sure } : { not: "digit", text: s };
	if (!/\d{4}$/.test(s)) return { not: "serial", text: s };
	return { vin: s, sure };
}
