import { describe, expect, it } from "vitest";
import { count, day, distance, interval, money, moneyText, parseMoney, today } from "./format";

describe("distance", () => {
	it("shows canonical metres in the reader's unit", () => {
		expect(distance(82_838_000, { distance: "km" })).toBe("82,838 km");
		expect(distance(82_838_000, { distance: "mi" })).toBe("51,473 mi");
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
	])("%i km is about %s", (km, want) => expect(interval(km, { distance: "mi" })).toBe(want));
	it("leaves kilometres as they are", () => expect(interval(12_345, { distance: "km" })).toBe("12,345 km"));
});

describe("money", () => {
	it("is typed as it is read", () => {
		for (const text of ["84.50", "14700", "0.07"])
			expect(moneyText(parseMoney(text, "USD") ?? { minor: 0, currency: "USD" })).toBe(text);
	});
	it("leaves cents out where there are none", () => {
		expect(money({ minor: 1_470_000, currency: "USD" })).toBe("$14,700");
		expect(money({ minor: 449_206, currency: "USD" })).toBe("$4,492.06");
		expect(money({ minor: 5_000, currency: "JPY" })).toBe("¥5,000");
	});
	it("reads what people write, and refuses the rest", () => {
		expect(parseMoney("$1,234.50", "USD")).toEqual({ minor: 123_450, currency: "USD" });
		expect(parseMoney("84.5", "USD")).toEqual({ minor: 8_450, currency: "USD" });
		expect(parseMoney("about 80", "USD")).toBeUndefined();
		expect(parseMoney("-5", "USD")).toBeUndefined();
	});
});

describe("dates", () => {
	it("shows a civil day whatever the zone", () => expect(day("2026-11-22")).toBe("Nov 22, 2026"));
	it("shows what is no date as it is", () => expect(day("soon")).toBe("soon"));
	it("knows today", () => expect(today(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05"));
});

describe("count", () => {
	it("agrees in number", () => {
		expect(count(1, "VIN")).toBe("1 VIN");
		expect(count(1200, "VIN")).toBe("1,200 VINs");
	});
});
