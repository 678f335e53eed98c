import type { Preferences } from "./queries";

const metersPer = { km: 1000, mi: 1609.344 } as const;

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** Metres as the reader's unit, rounded to the whole: "51,472 mi". */
export function distance(meters: number, p: Pick<Preferences, "distance">): string {
	return `${whole.format(meters / metersPer[p.distance])} ${p.distance}`;
}

/**
 * A number that was round in another unit, made round again: an interval of
 * 24,000 km is "15,000" mi, not 14,913.
 */
export function roundly(n: number, unit: string): string {
	if (unit === "km") return whole.format(n);
	const step = n < 2_000 ? 50 : n < 20_000 ? 500 : n < 50_000 ? 1_000 : 5_000;
	return whole.format(Math.round(n / step) * step);
}

/** An interval of whole kilometres in the reader's unit: "15,000 mi". */
export function interval(km: number, p: Pick<Preferences, "distance">): string {
	return `${roundly((km * 1000) / metersPer[p.distance], p.distance)} ${p.distance}`;
}

/** The distance as a plain number in the reader's unit, for an input. */
export function distanceValue(meters: number, p: Pick<Preferences, "distance">): string {
	return String(Math.round(meters / metersPer[p.distance]));
}

/** Minor units as money: "$1,234.50", without cents where there are none. */
export function money(m: { minor: number; currency: string }): string {
	const digits =
		new Intl.NumberFormat("en-US", { style: "currency", currency: m.currency }).resolvedOptions()
			.maximumFractionDigits ?? 2;
	const value = m.minor / 10 ** digits;
	return new Intl.NumberFormat("en-US", {
		style: "currency",
		currency: m.currency,
		minimumFractionDigits: Number.isInteger(value) ? 0 : digits,
	}).format(value);
}

/** Minor units as a person would type them: "84.50". */
export function moneyText(m: { minor: number; currency: string }): string {
	const digits =
		new Intl.NumberFormat("en-US", { style: "currency", currency: m.currency }).resolvedOptions()
			.maximumFractionDigits ?? 2;
	const value = m.minor / 10 ** digits;
	return Number.isInteger(value) ? String(value) : value.toFixed(digits);
}

/** Text of an amount, "1,234.50" or "1234.5", as minor units; undefined when it is no amount. */
export function parseMoney(text: string, currency: string): { minor: number; currency: string } | undefined {
	const plain = text.replaceAll(/[\s,$€£]/g, "");
	if (!/^\d{1,11}(\.\d{0,2})?$/.test(plain)) return undefined;
	const digits =
		new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ??
		2;
	return { minor: Math.round(Number(plain) * 10 ** digits), currency };
}

/** A civil day as people write it: "Nov 22, 2026". */
export function day(date: string): string {
	const d = new Date(`${date.slice(0, 10)}T00:00:00Z`);
	if (Number.isNaN(d.getTime())) return date;
	return new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" }).format(d);
}

/** Today as a civil day in the reader's zone. */
export function today(now = new Date()): string {
	const pad = (n: number) => String(n).padStart(2, "0");
	return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

/** How far a day lies from another in words: "in 12 days", "3 months ago". */
export function fromNow(days: number): string {
	const f = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
	if (Math.abs(days) < 60) return f.format(days, "day");
	if (Math.abs(days) < 730) return f.format(Math.round(days / 30.4), "month");
	return f.format(Math.round(days / 365.25), "year");
}

export function count(n: number, one: string, many = `${one}s`): string {
	return `${whole.format(n)} ${n === 1 ? one : many}`;
}
