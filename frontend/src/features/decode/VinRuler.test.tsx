import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schemas } from "../../lib/api";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import { sentence, VinRuler } from "./VinRuler";

const structure = (s: Partial<Schemas["Structure"]>): Schemas["Structure"] => ({
	length: 17,
	problems: [],
	...s,
});

describe("sentence", () => {
	it.each<[string, Partial<Schemas["Structure"]>]>([
		["17 characters, check digit right.", {}],
		[
			"Check digit: position 9 is 2, but 7 fits the rest.",
			{ problems: [{ kind: "check_digit", position: 9, character: "2", instead: "7" }] },
		],
		[
			"Position 3: O can't stand there. Did you mean 0?",
			{ problems: [{ kind: "character", position: 3, character: "O", instead: "0" }, { kind: "short" }] },
		],
		[
			"10 of 17 characters, 7 to go. A partial VIN can be decoded too.",
			{ length: 10, problems: [{ kind: "short" }] },
		],
		[
			"19 characters: a VIN has 17, so only the first 17 count.",
			{ length: 19, problems: [{ kind: "long" }] },
		],
		[
			"Position 10: U stands for no model year.",
			{ problems: [{ kind: "year_code", position: 10, character: "U" }] },
		],
	])("%s", (want, s) => expect(sentence(structure(s), sayFor(unset))).toBe(want));
});

describe("VinRuler", () => {
	it("drops a mark whose character was typed over, without waiting for the answer", () => {
		const s = structure({
			length: 3,
			problems: [{ kind: "character", position: 3, character: "O", instead: "0" }],
		});
		const { container, rerender } = render(<VinRuler typed="1FO" structure={s} />, {
			wrapper: MantineProvider,
		});
		expect(container.querySelectorAll("[data-bad]")).toHaveLength(1);
		rerender(<VinRuler typed="1FT" structure={s} />);
		expect(container.querySelectorAll("[data-bad]")).toHaveLength(0);
		expect(screen.getByRole("status")).not.toBeEmptyDOMElement();
	});
});
