// Who may do what, by the screens: roles, people over a part of the vehicles,
// rights that are taken away while somebody looks, API keys, and the trail of it.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { browser, Hub, open, until } from "./hub.mjs";

const password = "violet anvil crosses seven rivers";
const theirs = "kettles whistle under old bridges";

let b;
let hub;
let owner;
let vehicles;
/** The second person's browser, which has no key of this computer. */
let sam;

before(async () => {
	[b, hub] = await Promise.all([browser({ names: ["localhost"] }), Hub.start()]);
	await hub.api("POST", "/api/v1/setup", { organisation: "Miller Motors", name: "Olga Owner", login: "olga", password });
	vehicles = {};
	for (const [vin, location] of [["1FTFW1EF0FF107919", "North yard"], ["4T1BF1FK9FU226704", "Showroom"]])
		vehicles[location] = await hub.api("POST", "/api/v1/vehicles", { vin, location, paid: { minor: 1_250_000, currency: "USD" } });
	const { $schema, ...o } = await hub.api("GET", "/api/v1/organisation");
	await hub.api("PUT", "/api/v1/organisation", { ...o, groups: [{ name: "Rental fleet" }] });
	owner = await person();
	await owner.goto(`${owner.base}/people`);
	await owner.getByRole("textbox", { name: "Login", exact: true }).fill("olga");
	await owner.getByRole("textbox", { name: "Password", exact: true }).fill(password);
	await button(owner, "Sign in").click();
	await owner.getByRole("heading", { name: "People", level: 1 }).waitFor();
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

/** A browser of a person, with no key of this computer. */
async function person() {
	const context = await b.newContext({ viewport: { width: 1280, height: 850 }, permissions: ["clipboard-read", "clipboard-write"] });
	const page = await context.newPage();
	page.base = `http://localhost:${new URL(hub.run.url).port}`;
	page.faults = [];
	page.on("pageerror", (e) => page.faults.push(String(e)));
	return page;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name });

/** Chooses from the menu of one row. */
async function choose(page, name, item) {
	await button(page, `More for ${name}`).click();
	await page.getByRole("menuitem", { name: item }).click();
}

/** The file that a click saves. */
async function saved(page, act) {
	const [download] = await Promise.all([page.waitForEvent("download"), act()]);
	return { name: download.suggestedFilename(), text: fs.readFileSync(await download.path(), "utf8") };
}

test("places are set, and taken back", async () => {
	await owner.getByRole("tab", { name: "Places" }).click();
	await button(owner, "Add a location").click();
	await dialog(owner, "Add a location").getByRole("textbox", { name: "Name" }).fill("North yard");
	await button(owner, "Save").click();
	await button(owner, "Edit North yard").waitFor();
	await button(owner, "Add a location").click();
	await dialog(owner, "Add a location").getByRole("textbox", { name: "Name" }).fill("north yard");
	await button(owner, "Save").click();
	await owner.getByText(/^stands in the list twice/).waitFor();
	await dialog(owner, "Add a location").getByRole("textbox", { name: "Name" }).fill("Showroom");
	await button(owner, "Save").click();
	await button(owner, "Edit Showroom").waitFor();
	await button(owner, "Remove Rental fleet").click();
	await owner.getByText("There is no group yet.").waitFor();
	await owner.getByText("Rental fleet was removed from the list.").waitFor();
	await owner.locator(".mantine-Notification-root").filter({ hasText: "Rental fleet was removed" }).getByRole("button", { name: "Undo" }).click();
	await button(owner, "Edit Rental fleet").waitFor();
});

test("a role is made with its preview, compared, exported, removed and imported", async () => {
	await owner.getByRole("tab", { name: "Roles" }).click();
	await button(owner, "New role").click();
	const form = dialog(owner, "New role");
	await form.getByRole("textbox", { name: "Name" }).fill("Yard lead");
	for (const may of ["Add and change vehicles and notes", "See and steer everybody's jobs"])
		await form.getByRole("checkbox", { name: may }).check();
	const preview = form.getByTestId("preview");
	await preview.getByRole("list", { name: "May", exact: true }).getByText("See and steer everybody's jobs").waitFor();
	await preview.getByRole("list", { name: "May not" }).getByText("Export", { exact: true }).waitFor();
	// What is about the whole organisation has no effect over a part of it.
	await form.getByLabel("Look at it for a person with").selectOption("own");
	await preview.getByRole("list", { name: "Without effect" }).getByText("See and steer everybody's jobs").waitFor();
	await button(owner, "Save").click();
	await owner.getByRole("region", { name: "Yard lead" }).waitFor();

	await button(owner, "Compare two roles").click();
	const both = dialog(owner, "Compare two roles");
	await both.getByLabel("First role").selectOption({ label: "Yard lead" });
	await both.getByLabel("Second role").selectOption({ label: "Sales" });
	await both.getByText("They differ in 3 permissions.").waitFor();
	await both.getByRole("row", { name: /Decode VINs may not may/ }).waitFor();
	await both.getByRole("row", { name: /See vehicles/ }).waitFor({ state: "detached" });
	await both.getByRole("checkbox", { name: /^Show what both or neither may/ }).check();
	await both.getByRole("row", { name: /See vehicles, their records and their history may may/ }).waitFor();
	await owner.keyboard.press("Escape");

	const file = await saved(owner, () => button(owner, "Export").click());
	assert.equal(file.name, "hubcap-roles.yaml");
	assert.match(file.text, /name: Yard lead/);
	await choose(owner, "Yard lead", "Remove");
	await owner.getByRole("region", { name: "Yard lead" }).waitFor({ state: "detached" });
	await button(owner, "Import…").click();
	const bring = dialog(owner, "Import roles");
	await bring.getByRole("textbox").fill("roles:\n  - name: Wrong\n    permissions: [vehicles.fly]\n");
	await button(owner, "Import").click();
	await bring.getByRole("alert").filter({ hasText: "vehicles.fly" }).waitFor();
	await bring.locator('input[type="file"]').setInputFiles({ name: "roles.yaml", mimeType: "application/yaml", buffer: Buffer.from(file.text) });
	await until(async () => (await bring.getByRole("textbox").inputValue()) === file.text, "the file's text");
	await button(owner, "Import").click();
	await owner.getByRole("region", { name: "Yard lead" }).waitFor();
});

test("a person is added by keys alone, invited, and sees their location only", async () => {
	await owner.getByRole("tab", { name: "Users" }).focus();
	await owner.keyboard.press("Enter");
	await button(owner, "Add a person").focus();
	await owner.keyboard.press("Enter");
	const form = dialog(owner, "Add a person");
	await form.getByRole("textbox", { name: "Name" }).waitFor();
	await until(() => form.getByRole("textbox", { name: "Name" }).evaluate((e) => e === document.activeElement), "the name to have the focus");
	await owner.keyboard.type("Sam Seller");
	await owner.keyboard.press("Tab");
	await owner.keyboard.type("sam");
	await owner.keyboard.press("Tab");
	await owner.keyboard.type("Yard"); // the role
	await owner.keyboard.press("Tab");
	await owner.keyboard.type("Vehicles at"); // the reach
	await owner.keyboard.press("Tab");
	await form.getByRole("combobox", { name: "Locations" }).or(form.getByRole("textbox", { name: "Locations" })).first().waitFor();
	await owner.keyboard.type("North yard");
	await owner.keyboard.press("Enter");
	await form.getByText("Vehicles at North yard", { exact: true }).waitFor();
	await until(
		async () => {
			await owner.keyboard.press("Tab");
			return button(form, "Add and make a link").evaluate((e) => e === document.activeElement);
		},
		"the button to have the focus",
	);
	await owner.keyboard.press("Enter");
	const invitation = dialog(owner, "Invitation for Sam Seller");
	await invitation.getByRole("img", { name: "The link as a QR code" }).waitFor();
	const link = await invitation.getByLabel("Link", { exact: true }).textContent();
	await button(invitation, "Copy: Link").click();
	assert.equal(await owner.evaluate(() => navigator.clipboard.readText()), link);
	await button(invitation, "Done").click();
	await owner.getByRole("row", { name: /Sam Seller.*Yard lead.*at North yard.*not signed in yet/ }).waitFor();

	sam = await person();
	await sam.goto(link.replace(/^https?:\/\/[^/]+/, sam.base));
	await sam.getByLabel(/password/i).first().waitFor();
	for (const box of await sam.locator('input[type="password"]').all()) await box.fill(theirs);
	await button(sam, "Set it and sign in").click();
	await until(async () => (await sam.evaluate(async () => (await fetch("/api/v1/session")).json())).user?.login === "sam", "Sam to be signed in");
	await sam.goto(`${sam.base}/vehicles`);
	await sam.getByRole("link", { name: new RegExp(vehicles["North yard"].title) }).waitFor();
	await sam.getByText("1 vehicle", { exact: true }).waitFor();
	await sam.goto(`${sam.base}/people`);
	await sam.getByRole("heading", { name: "You may not see this" }).waitFor();
	await sam.goto(`${sam.base}/vehicles/${vehicles.Showroom.id}`);
	await sam.getByRole("alert").first().waitFor();
	await sam.goto(`${sam.base}/vehicles/${vehicles["North yard"].id}`);
	await button(sam, "Edit").waitFor();
	await owner.getByRole("row", { name: /Sam Seller.*password.*active/ }).waitFor();
});

test("a right that is taken away is gone from the page that is open", async () => {
	await owner.getByRole("tab", { name: "Roles" }).click();
	await choose(owner, "Yard lead", "Edit");
	await dialog(owner, "Edit Yard lead").getByRole("checkbox", { name: "Add and change vehicles and notes" }).uncheck();
	await button(owner, "Save").click();
	await owner.getByText("The role Yard lead was saved.").last().waitFor(); // an older one may still be there
	// Nobody touches this page.
	await button(sam, "Edit").waitFor({ state: "detached" });
	await sam.getByRole("heading", { level: 1, name: vehicles["North yard"].title }).waitFor();
});

test("who is disabled is out at once, and the last owner stays", async () => {
	await owner.getByRole("tab", { name: "Users" }).click();
	await choose(owner, "Sam Seller", "Disable");
	await owner.getByRole("row", { name: /Sam Seller.*disabled/ }).waitFor();
	await sam.getByRole("heading", { name: "Sign in to Miller Motors" }).waitFor();
	const toast = owner.locator(".mantine-Notification-root").filter({ hasText: "Sam Seller can't come in any more" });
	await button(toast, "Undo").click();
	await owner.getByRole("row", { name: /Sam Seller.*active/ }).waitFor();
	await choose(owner, "Olga Owner", "Disable");
	await dialog(owner, "Olga Owner").getByText("This is the last owner.").waitFor();
	await owner.keyboard.press("Escape");
	await choose(owner, "Olga Owner", "Where they are signed in");
	await dialog(owner, /Where Olga Owner/).getByRole("row", { name: /Chrome on Linux/ }).first().waitFor();
	await owner.keyboard.press("Escape");
	assert.deepEqual([...owner.faults, ...sam.faults], []);
});

test("an API key is shown once, works, and ends when it is ended", async () => {
	await owner.goto(`${owner.base}/keys`);
	await owner.getByRole("heading", { name: "There is no API key yet" }).waitFor();
	await button(owner, "New key").click();
	const form = dialog(owner, "New API key");
	await form.getByLabel("Acts as").selectOption({ label: "a new program…" });
	await form.getByRole("textbox", { name: "Name of the program" }).fill("Website feed");
	await form.getByRole("checkbox", { name: "Add and change vehicles and notes" }).uncheck();
	await button(form, "Make the key").click();
	const made = dialog(owner, "Key Website feed");
	const token = await made.getByLabel("The key", { exact: true }).textContent();
	assert.match(await made.getByLabel("Try it in a terminal", { exact: true }).textContent(), /^curl -H "Authorization: Bearer hubcap_/);
	const ask = (key, method = "GET", where = "/api/v1/vehicles") =>
		fetch(hub.run.url + where, { method, headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" }, body: method === "POST" ? "{}" : undefined });
	const list = await ask(token);
	assert.equal(list.status, 200);
	assert.equal((await list.json()).items.length, 2);
	assert.equal((await ask(token, "POST")).status, 403, "the key does not hold what was unchecked");
	await button(made, "I have copied it").click();
	await until(
		async () => {
			await owner.reload();
			return owner.getByRole("row", { name: /Website feed.*127\.0\.0\.1/ }).waitFor({ timeout: 2000 }).then(() => true, () => false);
		},
		"the last use to be shown",
	);
	await choose(owner, "the key Website feed", "Replace");
	await button(dialog(owner, /^Replace the key/), "Replace").click();
	const second = await dialog(owner, "Key Website feed").getByLabel("The key", { exact: true }).textContent();
	assert.equal((await ask(token)).status, 200, "the old key goes on for a while");
	assert.equal((await ask(second)).status, 200);
	await button(owner, "I have copied it").click();
	await owner.getByRole("row", { name: /Website feed.*replaced, ends/ }).waitFor();
	const fresh = owner.getByRole("row").filter({ hasText: "Website feed" }).filter({ hasNotText: "replaced, ends" });
	await fresh.getByRole("button", { name: /^More for/ }).click();
	await owner.getByRole("menuitem", { name: "End it" }).click();
	await button(dialog(owner, /^End the key/), "End it").click();
	await owner.getByRole("checkbox", { name: "Show 1 key that has ended" }).waitFor();
	assert.equal((await ask(second)).status, 401);
});

test("the trail tells all of it, is whole, and is taken along as a file", async () => {
	await owner.goto(`${owner.base}/audit`);
	const row = (what) => owner.getByRole("row", { name: what }).first();
	for (const what of [
		/Olga Owner Ended: API key Website feed/,
		/Olga Owner Added: account Website feed/,
		/Olga Owner Disabled: account Sam Seller/,
		/Olga Owner Changed: role Yard lead/,
		/Olga Owner Added: account Sam Seller/,
	])
		await row(what).waitFor();
	await row(/Olga Owner Changed: role Yard lead/).getByRole("button", { name: /^Show entry/ }).click();
	await owner.getByTestId("entry").getByRole("columnheader", { name: "Before" }).waitFor();
	await button(owner, "Verify").click();
	await owner.getByTestId("whole").waitFor();
	await owner.getByLabel("Person").selectOption({ label: "Sam Seller" });
	await owner.waitForURL(/actor=/);
	await row(/Sam Seller Took an invitation/).waitFor();
	await owner.getByRole("row", { name: /Olga Owner/ }).first().waitFor({ state: "detached" });
	await button(owner, "Clear the filters").first().click();
	await row(/Olga Owner/).waitFor();
	const file = await saved(owner, async () => {
		await button(owner, "Export").click();
		await owner.getByRole("menuitem", { name: "JSON Lines, with the hashes" }).click();
	});
	assert.equal(file.name, "hubcap-audit.jsonl");
	const lines = file.text.trim().split("\n").map((l) => JSON.parse(l));
	assert.ok(lines.length > 10 && !file.text.includes(theirs));
	await button(owner, "Read again").click();
	await row(/Olga Owner Exported the trail/).waitFor();
});

test("vehicles are taken along as a file, with what somebody may see", async () => {
	await owner.goto(`${owner.base}/vehicles`);
	const file = await saved(owner, async () => {
		await button(owner, "Export").click();
		await owner.getByRole("menuitem", { name: "CSV, for spreadsheets" }).click();
	});
	assert.match(file.text, /1FTFW1EF0FF107919/);
	// The list shows no price paid; what holds everything does, to whoever may see it.
	const whole = await saved(owner, async () => {
		await button(owner, "Export").click();
		await owner.getByRole("menuitem", { name: "JSON Lines, with everything" }).click();
	});
	assert.match(whole.text, /"paid":\{"minor":1250000/);
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/network`);
	await page.getByRole("heading", { name: "This computer alone reaches the hub" }).waitFor();
	await page.getByText("hubcap serve --lan :8443", { exact: true }).waitFor();
	await button(page, "Change the key").click();
	await button(dialog(page, "Change the key of the vault?"), "Change the key").click();
	await page.getByText(/^The key was changed/).waitFor();
	await page.goto(`${hub.run.url}/security`);
	await page.getByLabel("Second factor for Manager").selectOption("required");
	await page.getByText("Manager: the second factor is now required.").waitFor();
	await page.getByLabel("Manager: required from this day").waitFor();
	assert.deepEqual([...page.faults, ...owner.faults], []);
});
