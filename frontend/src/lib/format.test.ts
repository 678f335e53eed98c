import { describe, expect, it } from "vitest";
import { today } from "./format";
import { type Preferences, unset } from "./queries";
import { sayFor } from "./say";

const as = (p: Partial<Preferences> = {}) => sayFor({ ...unset, ...p });
const say = as();
/** Blanks between digits are narrow and do not break. */
const loose = (s: string) => s.replaceAll(/[\u00a0\u202f]/g, " ");

describe("distance", () => {
	it("shows canonical metres in the reader's unit and shape", () => {
		expect(say.distance(82_838_000)).toBe("51,473 mi");
		expect(as({ distance: "km" }).distance(82_838_000)).toBe("82,838 km");
		expect(as({ distance: "km", numbers: "dot" }).distance(82_838_000)).toBe("82.838 km");
		expect(loose(as({ distance: "km", numbers: "space" }).distance(82_838_000))).toBe("82 838 km");
	});
	it("tells what was read where that is another unit", () => {
		expect(say.distanceRead({ value: "82838.4", unit: "km" })).toBe("82838.4 km");
		expect(say.distanceRead({ value: "51473", unit: "mi" })).toBeUndefined();
	});
});

describe("interval", () => {
	it.each([
		[1_000, "600 mi"],
		[12_000, "7,500 mi"],
		[24_000, "15,000 mi"],
		[48_000, "30,000 mi"],
		[96_000, "60,000 mi"],
		[160_000, "100,000 mi"],
	])("%i km is about %s", (km, want) => expect(say.interval(km)).toBe(want));
	it("leaves kilometres as they are", () =>
		expect(as({ distance: "km" }).interval(12_345)).toBe("12,345 km"));
});

describe("volume and economy", () => {
	const v = { value: "10", unit: "gal", milliliters: 37_854 } as const;
	it.each<[Preferences["volume"], string]>([
		["gal", "10 gal"],
		["L", "37.9 L"],
		["impgal", "8.3 imp gal"],
	])("ten gallons in %s are %s", (volume, want) => expect(as({ volume }).volume(v)).toBe(want));
	it.each<[Preferences["economy"], string]>([
		["mpg", "30 mpg"],
		["impmpg", "36 mpg (imp)"],
		["L/100km", "7.8 L/100 km"],
		["km/L", "12.8 km/L"],
	])("300 miles on them in %s are %s", (economy, want) =>
		expect(as({ economy }).economy(300 * 1609.344, 37_854)).toBe(want),
	);
	it("leaves energy alone", () => expect(say.volume({ value: "31.5", unit: "kWh" })).toBe("31.5 kWh"));
});

describe("money", () => {
	it.each<[Preferences["numbers"], string[]]>([
		["language", ["84.50", "14700", "0.07"]],
		["dot", ["84,50", "14700", "0,07"]],
		["space", ["84,50", "14700", "0,07"]],
	])("is typed as it is read, %s", (numbers, texts) => {
		const s = as({ numbers });
		for (const text of texts)
			expect(s.moneyText(s.amount(text, "USD") ?? { minor: 0, currency: "USD" })).toBe(text);
	});
	it("leaves cents out where there are none", () => {
		expect(say.money({ minor: 1_470_000, currency: "USD" })).toBe("$14,700");
		expect(say.money({ minor: 449_206, currency: "USD" })).toBe("$4,492.06");
		expect(say.money({ minor: 5_000, currency: "JPY" })).toBe("¥5,000");
		expect(loose(as({ numbers: "dot" }).money({ minor: 449_206, currency: "EUR" }))).toBe("4.492,06 €");
	});
	it.each<[Preferences["numbers"], string, number | undefined]>([
		["language", "$1,234.50", 123_450],
		["language", "84.5", 8_450],
		["language", "84,50", undefined],
		["language", "about 80", undefined],
		["language", "-5", undefined],
		["dot", "1.234,50", 123_450],
		["dot", "1.234", 123_400],
		["dot", "84.50", 8_450],
		["dot", "84,5", 8_450],
		["space", "1 234,50", 123_450],
		["space", "1 234 €", 123_400],
	])("%s reads %j as %s", (numbers, text, want) =>
		expect(as({ numbers }).amount(text, "USD")?.minor).toBe(want),
	);
});

describe("dates", () => {
	it.each<[Preferences["dates"], string]>([
		["language", "Nov 22, 2026"],
		["iso", "2026-11-22"],
		["dmy", "22/11/2026"],
		["mdy", "11/22/2026"],
	])("%s shows a civil day whatever the zone", (dates, want) =>
		expect(as({ dates }).day("2026-11-22")).toBe(want),
	);
	it("shows what is no date as it is", () => expect(say.day("soon")).toBe("soon"));
	it("knows today", () => expect(today(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05"));
});
