import { describe, expect, it } from "vitest";
import { splitVINs, tidyVIN, vinsIn } from "./vin";

describe("tidyVIN", () => {
	it.each([
		["lower case and blanks", "  1ftfw1ef0ff107919 ", "1FTFW1EF0FF107919"],
		["a scanner's start and stop signs", "*1FTFW1EF0FF107919*", "1FTFW1EF0FF107919"],
		["the I of an imported vehicle's label", "I1FTFW1EF0FF107919", "1FTFW1EF0FF107919"],
		["a star that stands for an unknown character stays", "5YJ3E1EB*K", "5YJ3E1EB*K"],
		["a VIN that begins with I stays", "I234567890", "I234567890"],
	])("%s", (_, given, want) => expect(tidyVIN(given)).toBe(want));
});

describe("splitVINs", () => {
	it("takes a paste with commas, blanks and line ends apart", () => {
		expect(splitVINs("1FTFW1EF0FF107919,\n 4t1bf1fk9fu226704;;\t5YJ3E1EB6K ")).toEqual([
			"1FTFW1EF0FF107919",
			"4T1BF1FK9FU226704",
			"5YJ3E1EB6K",
		]);
	});
	it("makes nothing of nothing", () => expect(splitVINs(" ,\n")).toEqual([]));
});

it.each([
	[
		"a CSV",
		'Lot,VIN,Price\n12,"1FTFW1EF0FF107919",9500\n13,5KBCT1A33E1768185,\n',
		["1FTFW1EF0FF107919", "5KBCT1A33E1768185"],
	],
	["lower case, tabs", "ford\t1ftfw1ef0ff107919", ["1FTFW1EF0FF107919"]],
	[
		"a word of 17 letters is none",
		"INTERNATIONALISMS ABCDEFGHJKLMNPRST 1FTFW1EF0FF107919",
		["1FTFW1EF0FF107919"],
	],
	["nothing that has the form", "5YJ3E1EB6K\nWBA*", ["5YJ3E1EB6K", "WBA*"]],
	["empty", " \n", []],
])("the VINs in %s", (_, text, want) => {
	expect(vinsIn(text)).toEqual(want);
});
