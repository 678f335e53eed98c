// People sign in: the first owner, second factors, invitations, sessions that
// end, and what a role may not do is not offered.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { after, before, test } from "node:test";
import { browser, Hub, looks, until } from "./hub.mjs";

const password = "violet anvil crosses seven rivers";
const hers = "kettles whistle under old bridges";

let b;
let hub;
let port;

before(async () => {
	[b, hub] = await Promise.all([browser({ names: ["localhost"] }), Hub.start({ sample: true })]);
	port = new URL(hub.run.url).port;
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

/** A code of an authenticator app (RFC 6238), `steps` half minutes from now. */
function totp(secret, steps = 0) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const bits = [...secret.replaceAll(" ", "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((x) => Number.parseInt(x, 2)));
	const at = Buffer.alloc(8);
	at.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
	const mac = crypto.createHmac("sha1", key).update(at).digest();
	const from = mac[19] & 15;
	return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A browser of a person: it has no key of this start, and asks for localhost, where passkeys work. */
async function person({ name = "localhost", ...more } = {}) {
	const context = await b.newContext({ viewport: { width: 1280, height: 850 }, ...more });
	const page = await context.newPage();
	page.base = `http://${name}:${port}`;
	page.faults = [];
	page.on("pageerror", (e) => page.faults.push(String(e)));
	return page;
}

const box = (page, name) => page.getByRole("textbox", { name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true });
const heading = (page, name) => page.getByRole("heading", { name });

async function signIn(page, login, secret) {
	await box(page, "Login").fill(login);
	await box(page, "Password").fill(secret);
	await button(page, "Sign in").click();
}

test("the first owner is made on this computer, and whoever opens the hub elsewhere is asked who they are", async () => {
	await hub.api("POST", "/api/v1/setup", { organisation: "Miller Motors", name: "Olga Owner", login: "olga", password });
	const page = await person();
	await page.goto(`${page.base}/vehicles`);
	await heading(page, "Sign in to Miller Motors").waitFor();
	await looks(page, "door");
	await signIn(page, "olga", "not the password");
	await page.getByText("This login and password do not open Hubcap").waitFor();
	await signIn(page, "olga", password);
	await page.getByRole("table").getByRole("link").first().waitFor();
	assert.equal(new URL(page.url()).pathname, "/vehicles", "the page that was wanted");
	await page.getByRole("button", { name: "Account: Olga Owner" }).click();
	await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
	await page.screenshot({ path: "/tmp/s1/menu.png" });
	await page.getByRole("menuitem", { name: "Your account" }).click();
	await heading(page, "Your account").waitFor();
	await looks(page, "account");
	await page.getByRole("button", { name: "Account: Olga Owner" }).click();
	await page.getByRole("menuitem", { name: "Sign out" }).click();
	await heading(page, "Sign in to Miller Motors").waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});
