import { expect, it } from "vitest";
import type { Key } from "./api";
import { curlOf, loginOf, stateOf } from "./words";

const key = (more: Partial<Key>): Key => ({
	id: "k1",
	user: "u1",
	userName: "Website feed",
	name: "feed",
	prefix: "hubcap_ab12",
	permissions: ["vehicles.read"],
	created: "2026-01-01T00:00:00Z",
	by: "Olga",
	...more,
});

it("knows where a key stands", () => {
	const now = Date.parse("2026-11-23T12:00:00Z");
	const [past, later] = ["2026-11-23T11:00:00Z", "2026-11-24T00:00:00Z"];
	expect(stateOf(key({}), now)).toBe("active");
	expect(stateOf(key({ expires: later }), now)).toBe("active");
	expect(stateOf(key({ expires: past }), now)).toBe("expired");
	expect(stateOf(key({ ended: later, expires: later }), now)).toBe("ending");
	expect(stateOf(key({ ended: past, expires: later }), now)).toBe("revoked");
});

it("makes a login of a program's name", () => {
	expect(loginOf("Website feed")).toBe("website-feed");
	expect(loginOf("  Café № 2! ")).toBe("cafe-no-2");
	expect(loginOf("日本")).toBe("program");
});

it("gives a line for a terminal", () => {
	expect(curlOf("hubcap_x", "https://hub.local:8443")).toBe(
		'curl -H "Authorization: Bearer hubcap_x" "https://hub.local:8443/api/v1/session"',
	);
});
