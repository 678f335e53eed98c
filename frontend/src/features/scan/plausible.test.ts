import { expect, it } from "vitest";
import { checkDigit, plausible } from "./plausible";

it.each([
	["1FTFW1EF0FF107919", "1FTFW1EF0FF107919"],
	["*1FTFW1EF0FF107919*", "1FTFW1EF0FF107919"],
	["I1FTFW1EF0FF107919", "1FTFW1EF0FF107919"],
	["*I1FTFW1EF0FF107919*", "1FTFW1EF0FF107919"],
	[" 1ftfw1ef0ff107919\r\n", "1FTFW1EF0FF107919"],
	["https://dealer.example/car?vin=1FTFW1EF0FF107919&lot=7", "1FTFW1EF0FF107919"],
	["VIN: 1FTFW1EF0FF107919; PAINT UX", "1FTFW1EF0FF107919"],
	// Not from North America: position 9 need not fit.
	["WVWZZZ1KZ6W612305", "WVWZZZ1KZ6W612305"],
])("takes %j for a VIN", (text, vin) => {
	expect(plausible(text)).toMatchObject({ vin });
});

it.each([
	["1FTFW1EF1FF107919", "digit"],
	["STOCK-4711", "length"],
	["", "length"],
	["1FTFW1EF0FF10791O", "characters"],
	["WVWZZZ1KZ6W61230A", "serial"],
	["ABCDEFGHJKLMNPRST", "serial"],
	["1FTFW1EF0FF1079191FTFW1EF0FF107919", "length"],
])("does not take %j for one", (text, not) => {
	expect(plausible(text)).toMatchObject({ not });
});

it("says how sure it is", () => {
	expect(plausible("1FTFW1EF0FF107919")).toMatchObject({ sure: true });
	expect(plausible("WVWZZZ1KZ6W612305")).toMatchObject({ sure: false });
});

it.each([
	["11111111111111111", "1"],
	["5YJ3E1EB6KF000000", checkDigit("5YJ3E1EB6KF000000")],
	["1M8GDM9AXKP042788", "X"],
	["JHMCM56557C404453", "5"],
])("computes the check digit of %s", (vin, digit) => {
	expect(checkDigit(vin)).toBe(digit);
});
