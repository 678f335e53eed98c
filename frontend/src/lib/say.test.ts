import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue";
import { unset } from "./queries";
import { sayFor } from "./say";

const m = catalogue("test", {
	vehicles: "{n, plural, one {# vehicle} other {# vehicles}}",
	saved: "{title} saved.",
	bold: "Read <b>{what}</b> first",
});
const say = sayFor(unset);
const pseudo = sayFor({ ...unset, language: "pseudo" });

describe("say", () => {
	it("agrees in number and shapes it", () => {
		expect(say(m.vehicles, { n: 1 })).toBe("1 vehicle");
		expect(say(m.vehicles, { n: 1200 })).toBe("1,200 vehicles");
		expect(sayFor({ ...unset, numbers: "dot" })(m.vehicles, { n: 1200 })).toBe("1.200 vehicles");
	});
	it("puts elements in place", () => {
		const b = (c: React.ReactNode) => createElement("b", null, c);
		expect(renderToStaticMarkup(say.rich(m.bold, { b, what: "this" }))).toBe("Read <b>this</b> first");
	});
	it("joins lists", () => {
		expect(say.list(["oil", "brakes", "tires"])).toBe("oil, brakes, and tires");
		expect(say.list(["a", "b"], "or")).toBe("a or b");
	});
});

describe("the pseudo-locale", () => {
	it("brackets, accents and stretches the words, and leaves the data", () => {
		expect(pseudo(m.saved, { title: "2015 Ford F-150" })).toBe("[2015 Ford F-150 šááṽééð.]");
		expect(pseudo(m.vehicles, { n: 2 })).toBe("[2 ṽééĥííçļééš]");
	});
	it("reaches what the platform words", () => {
		expect(pseudo.fromNow(12)).not.toMatch(/[a-z]{2}/);
		expect(pseudo.list(["1", "2", "3"])).not.toMatch(/[a-z]/);
	});
});
