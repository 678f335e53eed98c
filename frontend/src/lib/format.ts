import { catalogue, type Message } from "./catalogue";
import type { Preferences } from "./queries";

/** How one person reads: units, and the shapes of numbers and days. */
export type Reading = Pick<
	Preferences,
	"language" | "numbers" | "dates" | "distance" | "volume" | "economy" | "currency"
>;

export interface Money {
	minor: number;
	currency: string;
}

interface Volume {
	value: string;
	unit: "L" | "gal" | "impgal" | "kWh";
	milliliters?: number;
}

const metersPer = { km: 1000, mi: 1609.344 } as const;
// One US gallon is 231 cubic inches (15 CFR App. C to Part 4); an imperial one 4.54609 L.
const millilitersPer = { L: 1000, gal: 3785.411784, impgal: 4546.09 } as const;

export const unitNames = { km: "km", mi: "mi", L: "L", gal: "gal", impgal: "imp gal", kWh: "kWh" } as const;
export const economyNames = {
	mpg: "mpg",
	impmpg: "mpg (imp)",
	"L/100km": "L/100 km",
	"km/L": "km/L",
} as const;

const m = catalogue("format", {
	months: "{n, plural, one {# month} other {# months}}",
	days: "{n, plural, one {# day} other {# days}}",
	per: "{money} per {count} {unit}",
});

/** The locale whose numbers look as a person chose. */
export const numberLocales = { language: "en-US", comma: "en-US", dot: "de-DE", space: "fr-FR" } as const;

/** The one place where numbers, amounts, distances and days turn into text. */
export function formats(
	p: Reading,
	say: (message: Message, values: Record<string, string | number>) => string,
) {
	const locale = numberLocales[p.numbers];
	const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
	const parts = whole.formatToParts(1_234_567);
	const group = parts.find((x) => x.type === "group")?.value ?? ",";
	const point =
		new Intl.NumberFormat(locale).formatToParts(1.5).find((x) => x.type === "decimal")?.value ?? ".";
	const currencyFormat = (currency: string, digits?: number) =>
		new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: digits });
	const digitsOf = (currency: string) =>
		currencyFormat(currency).resolvedOptions().maximumFractionDigits ?? 2;

	const number = (n: number, digits = 0) =>
		new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(n);
	const inUnit = (n: number, unit: keyof typeof unitNames, digits = 0) =>
		`${number(n, digits)} ${unitNames[unit]}`;

	/** Text of a number as typed in this shape, as plain decimal digits; undefined when it is none. */
	const plain = (text: string): string | undefined => {
		const s = text.replaceAll(/[\s\u00a0\u202f]/g, "");
		const quoted = (c: string) => `\\${c}`;
		const grouped = /\s|\u00a0|\u202f/.test(group) ? "" : quoted(group);
		const own = new RegExp(`^(\\d+|\\d{1,3}(${grouped}\\d{3})+)(${quoted(point)}\\d*)?$`);
		if (own.test(s)) {
			const bare = grouped === "" ? s : s.replaceAll(group, "");
			return bare.replace(point, ".").replace(/\.$/, "");
		}
		// A point that can't be a group is a point in every shape.
		return /^\d+\.\d+$/.test(s) ? s : undefined;
	};

	/** A number that was round in another unit, made round again: 24,000 km is "15,000" mi, not 14,913. */
	const roundly = (n: number, unit: string): string => {
		if (unit === "km") return whole.format(n);
		const step = n < 2_000 ? 50 : n < 20_000 ? 500 : n < 50_000 ? 1_000 : 5_000;
		return whole.format(Math.round(n / step) * step);
	};

	const day = (date: string): string => {
		const d = new Date(`${date.slice(0, 10)}T00:00:00Z`);
		if (Number.isNaN(d.getTime())) return date;
		const [year, month, of] = date.slice(0, 10).split("-");
		if (p.dates === "iso") return `${year}-${month}-${of}`;
		if (p.dates === "dmy") return `${of}/${month}/${year}`;
		if (p.dates === "mdy") return `${month}/${of}/${year}`;
		return new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" }).format(d);
	};

	const money = (a: Money): string => {
		const digits = digitsOf(a.currency);
		const value = a.minor / 10 ** digits;
		return currencyFormat(a.currency, Number.isInteger(value) ? 0 : digits).format(value);
	};

	const volume = (v: Volume): string => {
		if (v.unit === "kWh" || v.unit === p.volume || !v.milliliters)
			return `${typed(v.value)} ${unitNames[v.unit]}`;
		return inUnit(v.milliliters / millilitersPer[p.volume], p.volume, 1);
	};

	/** Decimal digits as they are kept, as a person would type them: "84,50". */
	const typed = (value: string): string => value.replace(".", point);

	return {
		number,
		plain,
		typed,
		roundly,
		day,
		money,
		volume,
		/** A point in time to the minute, in the reader's zone. */
		moment(at: string): string {
			const d = new Date(at);
			if (Number.isNaN(d.getTime())) return at;
			const time = new Intl.DateTimeFormat("en-US", {
				hour: "2-digit",
				minute: "2-digit",
				hour12: p.dates === "language" || p.dates === "mdy",
			});
			return `${day(today(d))}, ${time.format(d)}`;
		},
		/** The time of day of a point in time, in the reader's zone: "03:10 AM", "15:10". */
		clock(at: string): string {
			const d = new Date(at);
			if (Number.isNaN(d.getTime())) return at;
			const hour12 = p.dates === "language" || p.dates === "mdy";
			return new Intl.DateTimeFormat("en-US", { hour: "2-digit", minute: "2-digit", hour12 }).format(d);
		},
		/** Metres in the reader's unit, rounded to the whole: "51,472 mi". */
		distance: (meters: number): string => inUnit(meters / metersPer[p.distance], p.distance),
		/** A distance as it was read, for who hovers over it; undefined where that is the reader's own unit. */
		distanceRead: (d: { value: string; unit: "km" | "mi" }): string | undefined =>
			d.unit === p.distance ? undefined : `${typed(d.value)} ${unitNames[d.unit]}`,
		volumeRead: (v: Volume): string | undefined =>
			v.unit === "kWh" || v.unit === p.volume ? undefined : `${typed(v.value)} ${unitNames[v.unit]}`,
		/** An interval of whole kilometres in the reader's unit: "15,000 mi". */
		interval: (km: number): string =>
			`${roundly((km * 1000) / metersPer[p.distance], p.distance)} ${unitNames[p.distance]}`,
		kilometres: (km: number): string => inUnit(km, "km"),
		months: (n: number): string => say(m.months, { n }),
		days: (n: number): string => say(m.days, { n }),
		/** The distance as a plain number in the reader's unit, for an input. */
		distanceValue: (meters: number): string => String(Math.round(meters / metersPer[p.distance])),
		metersOf: (value: number, unit: "km" | "mi"): number => value * metersPer[unit],
		/** Fuel economy over a distance: "24.5 mpg", "7.8 L/100 km". */
		economy(meters: number, milliliters: number): string {
			const litres = milliliters / 1000;
			const value = {
				mpg: meters / metersPer.mi / (milliliters / millilitersPer.gal),
				impmpg: meters / metersPer.mi / (milliliters / millilitersPer.impgal),
				"L/100km": litres / (meters / 100_000),
				"km/L": meters / 1000 / litres,
			}[p.economy];
			return `${number(value, 1)} ${economyNames[p.economy]}`;
		},
		/** Minor units as a person would type them: "84.50". */
		moneyText(a: Money): string {
			const digits = digitsOf(a.currency);
			const value = a.minor / 10 ** digits;
			return typed(Number.isInteger(value) ? String(value) : value.toFixed(digits));
		},
		/** Text of an amount, "1,234.50" or "$84.5", as minor units; undefined when it is no amount. */
		amount(text: string, currency: string): Money | undefined {
			const value = plain(text.replaceAll(/[$€£]/g, ""));
			if (value === undefined || !/^\d{1,11}(\.\d{0,2})?$/.test(value)) return undefined;
			return { minor: Math.round(Number(value) * 10 ** digitsOf(currency)), currency };
		},
		/** A value of the hub's with its unit: "14,567 mi", "$269.89 per 1,000 mi". */
		measured(value: string, unit: string): string {
			const n = Number(value);
			if (value === "" || !Number.isFinite(n)) return value;
			const cost = /^([A-Z]{3})\/1000 (\w+)$/.exec(unit);
			if (cost)
				return say(m.per, {
					money: currencyFormat(cost[1] ?? "USD").format(n),
					count: whole.format(1000),
					unit: cost[2] ?? "",
				});
			if (unit === "") return value;
			if (unit === "days") return say(m.days, { n });
			if (unit === "months") return say(m.months, { n });
			return `${whole.format(n)} ${unit}`;
		},
	};
}

export type Formats = ReturnType<typeof formats>;

/** Today as a civil day in the reader's zone. */
export function today(now = new Date()): string {
	const pad = (n: number) => String(n).padStart(2, "0");
	return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}
