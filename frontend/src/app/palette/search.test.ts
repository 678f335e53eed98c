import { expect, it } from "vitest";
import { intent } from "./search";

const words = "add service fuel odometer reading record to".split(" ");

it.each<[string, string[], string]>([
	["add fuel to truck 14", ["fuel"], "truck 14"],
	["fuel 226704", ["fuel"], "226704"],
	["odometer reading camry", ["reading"], "camry"],
	["add", ["service", "fuel", "reading"], ""],
	["camry", [], "camry"],
	["address on the note", [], "address on the note"],
	["to the moon", [], "to the moon"],
])("%j means %j of %j", (text, adds, rest) => expect(intent(text, words)).toEqual({ adds, rest }));
