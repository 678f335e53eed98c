// People come in over the network, by the hub's name and its own authority:
// the first owner with the code of the console, and each device with a passkey
// of its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authenticator, device, network, phone } from "./network.mjs";

const password = "violet anvil crosses seven rivers";
let hub;
let laptop;
let handset;

before(async () => {
	hub = await network({ sample: true });
	[laptop, handset] = await Promise.all([device(hub), device(hub)]);
});
after(async () => {
	await laptop?.close();
	await handset?.close();
	await hub?.remove();
});

const box = (page, name) => page.getByRole("textbox", { name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** A page with an authenticator of its own, which is asked by the button alone. */
async function opened(browser, where, window = {}) {
	const context = await browser.newContext(window);
	await context.addInitScript(() => {
		PublicKeyCredential.isConditionalMediationAvailable = async () => false;
	});
	const page = await context.newPage();
	page.faults = [];
	page.on("pageerror", (e) => page.faults.push(String(e)));
	await authenticator(page);
	await page.goto(hub.lan.url + where);
	return page;
}

async function signOut(page, name) {
	await page.getByRole("button", { name: `Account: ${name}` }).click();
	await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
}

test("the first owner is made over the network by the console's code, and comes back by a passkey", async () => {
	const page = await opened(laptop, "/");
	await page.getByRole("heading", { name: "Set up Hubcap" }).waitFor();
	const { code } = await hub.api("GET", "/api/v1/setup");
	assert.ok(hub.out.includes(code), "the console shows the code");
	await page.getByRole("textbox", { name: /code/i }).fill(code);
	await box(page, "Organisation").fill("Miller Motors");
	await box(page, "Your name").fill("Olga Owner");
	await box(page, "Login").fill("olga");
	await box(page, "Password").fill(password);
	await button(page, "Make the account").click();
	await page.getByRole("button", { name: "Account: Olga Owner" }).waitFor();

	await page.goto(`${hub.lan.url}/account`);
	await button(page, "Add a passkey").click();
	await box(page, "Name of the new passkey").fill("Office laptop");
	await page.getByRole("dialog").getByRole("button", { name: "Add a passkey" }).click();
	await page.getByText("The passkey “Office laptop” is added.").waitFor();
	await signOut(page, "Olga Owner");
	await button(page, "Use a passkey").click();
	await page.getByRole("button", { name: "Account: Olga Owner" }).waitFor();
	assert.deepEqual(page.faults, []);
});

test("a phone takes its invitation with a passkey alone, and comes back by it", async () => {
	const user = await hub.api("POST", "/api/v1/users", { login: "tina", name: "Tina", role: "technician", reach: { kind: "all" } });
	const { link } = await hub.api("POST", `/api/v1/users/${user.id}/invite`);
	assert.ok(link.startsWith(`${hub.lan.url}/invite#`), link);
	const page = await opened(handset, link.slice(hub.lan.url.length), phone);
	await button(page, "Use a passkey in place of a password").click();
	await page.getByRole("button", { name: "Account: Tina" }).waitFor();
	await signOut(page, "Tina");
	await button(page, "Use a passkey").click();
	await page.getByRole("button", { name: "Account: Tina" }).waitFor();
	await page.goto(`${hub.lan.url}/vehicles`);
	await page.getByRole("main").getByRole("link").first().waitFor();
	assert.deepEqual(page.faults, []);
});
