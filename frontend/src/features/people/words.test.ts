import { expect, it } from "vitest";
import type { User } from "../../lib/people";
import { unset } from "../../lib/queries";
import { sayFor } from "../../lib/say";
import { fits, proofsOf, stateOf } from "./words";

const say = sayFor(unset);

const user = (more: Partial<User>): User => ({
	id: "u1",
	rev: 1,
	kind: "user",
	login: "sam",
	name: "Sam Seller",
	role: "sales",
	roleName: "Sales",
	reach: { kind: "locations", places: ["North yard"] },
	disabled: false,
	created: "2026-01-01T00:00:00Z",
	password: false,
	totp: false,
	passkeys: 0,
	codes: 0,
	outside: 0,
	...more,
});

it("says with what somebody signs in", () => {
	expect(proofsOf(user({}), say)).toBe("nothing yet");
	expect(proofsOf(user({ password: true, totp: true, passkeys: 2 }), say)).toBe(
		"password, 2 passkeys, and authenticator app",
	);
	expect(proofsOf(user({ kind: "service" }), say)).toBe("");
});

it("knows who has not come in yet", () => {
	expect(stateOf(user({}))).toBe("waiting");
	expect(stateOf(user({ outside: 1 }))).toBe("active");
	expect(stateOf(user({ kind: "service" }))).toBe("active");
	expect(stateOf(user({ disabled: true, password: true }))).toBe("disabled");
});

it("finds people by any word, places included", () => {
	expect(fits(user({}), "")).toBe(true);
	expect(fits(user({}), "seller YARD")).toBe(true);
	expect(fits(user({}), "seller south")).toBe(false);
});
