// People sign in: the first owner, second factors, invitations, sessions that
// end, and what a role may not do is not offered.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { after, before, test } from "node:test";
import { browser, Hub, looks, open, until } from "./hub.mjs";

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
	const bits = [...secret.replaceAll(/\s/g, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((x) => Number.parseInt(x, 2)));
	const at = Buffer.alloc(8);
	at.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
	const mac = crypto.createHmac("sha1", key).update(at).digest();
	const from = mac[19] & 15;
	return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A browser of a person: it has no key of this start, and asks for localhost, where passkeys work. */
async function person() {
	const context = await b.newContext({ viewport: { width: 1280, height: 850 } });
	const page = await context.newPage();
	page.base = `http://localhost:${port}`;
	page.faults = [];
	page.on("pageerror", (e) => page.faults.push(String(e)));
	return page;
}

const box = (page, name) => page.getByRole("textbox", { name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true });
const heading = (page, name) => page.getByRole("heading", { name });
const rows = (page) => page.getByRole("table").getByRole("link").first();

async function signIn(page, login, secret) {
	await box(page, "Login").fill(login);
	await box(page, "Password").fill(secret);
	await button(page, "Sign in").click();
}

/** A page of somebody who has signed in, at an address. */
async function signedIn(login, secret, where = "/vehicles") {
	const page = await person();
	await page.goto(page.base + where);
	await signIn(page, login, secret);
	return page;
}

async function menu(page, name, item) {
	await page.getByRole("button", { name: `Account: ${name}` }).click();
	await page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function end(page) {
	assert.deepEqual(page.faults, []);
	await page.context().close();
}

/** Makes an account and opens its link in a browser of its own. */
async function invited(login, name, role, more = {}) {
	const user = await hub.api("POST", "/api/v1/users", { login, name, role, reach: { kind: "all" }, ...more });
	const { token } = await hub.api("POST", `/api/v1/users/${user.id}/invite`);
	const page = await person();
	await page.goto(`${page.base}/invite#${token}`);
	return { page, user, token };
}

test("this computer makes the first owner, and goes on without signing in", async () => {
	const page = await open(b, hub);
	await menu(page, "This computer", "Set up accounts");
	await heading(page, "Set up Hubcap").waitFor();
	await box(page, "Organisation").fill("Miller Motors");
	await box(page, "Your name").fill("Olga Owner");
	await box(page, "Login").fill("olga");
	await box(page, "Password").fill("seven");
	await page.getByText("5 characters more.").waitFor();
	await button(page, "Make the account").and(page.locator(":disabled")).waitFor();
	await box(page, "Password").fill("hubcap miller motors");
	await button(page, "Make the account").click();
	await page.getByText("holds a name that stands beside it").waitFor();
	await looks(page, "setup");
	await box(page, "Password").fill(password);
	await button(page, "Make the account").click();
	await heading(page, "Sign in to Miller Motors").waitFor();
	await page.goto(`${hub.run.url}/vehicles`);
	await rows(page).waitFor();
	await page.context().close();
});

test("whoever opens the hub elsewhere is asked who they are, and gets the page that they wanted", async () => {
	const page = await person();
	await page.goto(`${page.base}/vehicles?q=make:ford`);
	await heading(page, "Sign in to Miller Motors").waitFor();
	await looks(page, "door");
	await signIn(page, "olga", "not the password");
	await page.getByText("This login and password do not open Hubcap").waitFor();
	await signIn(page, "olga", password);
	await rows(page).waitFor();
	assert.equal(new URL(page.url()).searchParams.get("q"), "make:ford");
	await menu(page, "Olga Owner", "Your account");
	await heading(page, "Where you are signed in").waitFor();
	await page.getByText("this one").waitFor();
	await looks(page, "account");
	await menu(page, "Olga Owner", "Sign out");
	await heading(page, "Sign in to Miller Motors").waitFor();
	await end(page);
});

test("too many wrong passwords wait, and the page says for how long", async () => {
	await hub.api("POST", "/api/v1/users", { login: "walt", name: "Walt", role: "viewer", reach: { kind: "all" } });
	const page = await person();
	await page.goto(page.base);
	const wait = page.getByRole("button", { name: /^Try again in \d+ second/ });
	for (let i = 0; i < 12 && !(await wait.isVisible()); i++) {
		const answer = page.waitForResponse((r) => r.request().method() === "POST" && r.url().endsWith("/api/v1/session"));
		await signIn(page, "walt", "wrong and wrong again");
		if ((await answer).status() === 429) break;
	}
	await wait.waitFor();
	await button(page, "Sign in").waitFor();
	await end(page);
});

test("an invitation sets a password and signs in; a viewer is offered nothing that a viewer may not do", async () => {
	const { page, token } = await invited("vera", "Vera Viewer", "viewer");
	await heading(page, "Welcome, Vera Viewer").waitFor();
	await page.getByText("Your login is vera").waitFor();
	await looks(page, "invite");
	await box(page, "New password").fill(hers);
	await button(page, "Set it and sign in").click();
	await heading(page, "Welcome to Hubcap").waitFor();
	await button(page, "Skip the rest").click();
	await page.getByRole("textbox", { name: "VIN" }).fill("4T1BF1FK9FU226704");
	await page.keyboard.press("Enter");
	await page.getByRole("region", { name: "Result for 4T1BF1FK9FU226704" }).getByRole("button", { name: "Copy JSON" }).waitFor();
	await button(page, "Save").waitFor({ state: "detached" });
	const [v] = (await hub.api("GET", "/api/v1/vehicles?limit=1")).items;
	await page.goto(`${page.base}/vehicles/${v.id}`);
	await heading(page, "Next service").waitFor();
	for (const name of ["Edit", "Add record"]) await button(page, name).waitFor({ state: "detached" });
	await page.keyboard.press("e");
	await button(page, "More actions").click();
	await page.getByRole("menuitem", { name: "Print" }).waitFor();
	await page.getByRole("menuitem", { name: "Remove" }).waitFor({ state: "detached" });
	for (const where of ["/models", "/people", "/vpic/changes"]) {
		await page.goto(page.base + where);
		await heading(page, "You may not see this").waitFor();
	}
	await page.goto(`${page.base}/settings`);
	await heading(page, "Theme").waitFor();
	await heading(page, "log.format").waitFor({ state: "detached" });
	await page.keyboard.press("Control+k");
	await page.getByRole("combobox", { name: "Find or do anything" }).fill("go to");
	await page.getByRole("option", { name: "Go to settings" }).waitFor();
	await page.getByRole("option", { name: "Go to models" }).waitFor({ state: "detached" });

	// The link is used up.
	const other = await person();
	await other.goto(`${other.base}/invite#${token}`);
	await heading(other, "This link does not open anything").waitFor();
	await other.getByRole("link", { name: "To the sign-in page" }).click();
	await heading(other, "Sign in to Miller Motors").waitFor();
	await end(other);
	await end(page);
});

test("a technician keeps records and sees no costs", async () => {
	const { page } = await invited("tess", "Tess Technician", "technician");
	await box(page, "New password").fill(hers);
	await button(page, "Set it and sign in").click();
	await button(page, "Skip the rest").click();
	const all = (await hub.api("GET", "/api/v1/vehicles?limit=60")).items;
	const camry = all.find((v) => v.title.includes("Camry")).id;
	await page.goto(`${page.base}/vehicles/${camry}`);
	await heading(page, "Next service").waitFor();
	await page.getByRole("region", { name: "Running", exact: true }).waitFor({ state: "detached" });
	await button(page, "Edit").waitFor({ state: "detached" });
	await button(page, "Add record").click();
	await page.getByRole("menuitem", { name: "Service" }).click();
	await page.getByRole("combobox", { name: "What was done" }).waitFor();
	await page.getByRole("textbox", { name: /^Cost/ }).waitFor({ state: "detached" });
	await page.getByRole("textbox", { name: "Note" }).fill("belts were fine");
	await button(page, "Save").click();
	await page.getByText("Service saved.").waitFor();
	await end(page);
});

test("a role that changes, and a session that is ended elsewhere, lead an open page to the door", async () => {
	const page = await signedIn("tess", hers);
	await rows(page).waitFor();
	await page.getByRole("link", { name: "Add by VIN" }).waitFor({ state: "detached" });
	const tess = (await hub.api("GET", "/api/v1/users")).items.find((u) => u.login === "tess");
	const set = (role) =>
		fetch(`${hub.run.url}/api/v1/users/${tess.id}`, {
			method: "PUT",
			headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/json", "If-Match": `"${tess.rev}"` },
			body: JSON.stringify({ login: "tess", name: tess.name, role, reach: tess.reach, disabled: false }),
		}).then(async (r) => assert.ok(r.ok, await r.text()));
	await set("sales");
	await heading(page, "Sign in to Miller Motors").waitFor();
	await signIn(page, "tess", hers);
	await page.getByRole("link", { name: "Add by VIN" }).waitFor();
	await fetch(`${hub.run.url}/api/v1/users/${tess.id}/sessions`, { method: "DELETE", headers: { Authorization: `Bearer ${hub.run.token}` } });
	await heading(page, "Sign in to Miller Motors").waitFor();
	await signIn(page, "tess", hers);
	await rows(page).waitFor();
	await end(page);
});

test("two tabs: who signs out in one is out in the other, and who signs in is in", async () => {
	const page = await signedIn("tess", hers);
	await rows(page).waitFor();
	const tab = await page.context().newPage();
	await tab.goto(`${page.base}/activity`);
	await heading(tab, "Activity").waitFor();
	await menu(page, "Tess Technician", "Sign out");
	await heading(tab, "Sign in to Miller Motors").waitFor();
	await signIn(tab, "tess", hers);
	await heading(tab, "Activity").waitFor();
	await rows(page).waitFor();
	await end(page);
});

test("an authenticator app and backup codes stand behind the password", async () => {
	const page = await signedIn("olga", password, "/account");
	await button(page, "Set up an app").click();
	const secret = await page.getByRole("dialog").getByLabel("Key for the app", { exact: true }).textContent();
	await page.getByRole("img", { name: "QR code for the app" }).waitFor();
	await looks(page, "totp");
	const first = totp(secret);
	await box(page, "First code that the app shows").fill(first);
	await button(page, "Finish").click();
	await page.getByText("The app is set up. From now on").waitFor();
	await button(page, "Make ten codes").click();
	const list = page.getByRole("dialog").getByRole("list", { name: "Your ten backup codes" }).getByRole("listitem");
	await list.nth(9).waitFor();
	const codes = await list.allTextContents();
	assert.equal(codes.length, 10);
	const saved = page.waitForEvent("download");
	await button(page, "Save as a file").click();
	assert.equal((await saved).suggestedFilename(), "hubcap-backup-codes.txt");
	await page.emulateMedia({ media: "print" });
	await heading(page, "Hubcap: backup codes").waitFor();
	await heading(page, "Your account").waitFor({ state: "hidden" });
	await page.screenshot({ path: "e2e/out/codes-print.png" });
	await page.emulateMedia({ media: "screen" });
	await button(page, "I have kept them").click();
	await page.getByText("10 left").waitFor();
	await menu(page, "Olga Owner", "Sign out");

	await signIn(page, "olga", password);
	await heading(page, "Show your second factor").waitFor();
	await looks(page, "second");
	// The code of the set-up is used: it opens nothing twice.
	await box(page, "Code of your authenticator app").fill(first);
	await page.getByText("This code is not right, or was used already").waitFor();
	await box(page, "Code of your authenticator app").fill(totp(secret, 1));
	await heading(page, "Your account").waitFor();
	await menu(page, "Olga Owner", "Sign out");

	for (const [code, works] of [
		[codes[0], true],
		[codes[0], false],
		[codes[1].toUpperCase().replace("-", " "), true],
	]) {
		await signIn(page, "olga", password);
		await button(page, "Use a backup code").click();
		await box(page, "Backup code").fill(code);
		await page.getByRole("checkbox", { name: /^Trust this device/ }).setChecked(works && code !== codes[0]);
		await button(page, "Go on").click();
		if (works) {
			await heading(page, "Your account").waitFor();
			await menu(page, "Olga Owner", "Sign out");
		} else {
			await page.getByText("This code is not right, or was used already").waitFor();
			await button(page, "Begin again").click();
		}
	}
	// This device is trusted now.
	await signIn(page, "olga", password);
	await heading(page, "Trusted devices").waitFor();
	await page.getByText("8 left").waitFor();
	await end(page);
	const other = await signedIn("olga", password);
	await heading(other, "Show your second factor").waitFor();
	await end(other);
	const olga = (await hub.api("GET", "/api/v1/users")).items.find((u) => u.login === "olga");
	await hub.api("POST", `/api/v1/users/${olga.id}/reset`, { password: false, second: true });
});

test("a passkey is added, is enough to come in, and is removed", async () => {
	const page = await signedIn("olga", password, "/account");
	const cdp = await page.context().newCDPSession(page);
	await cdp.send("WebAuthn.enable");
	await cdp.send("WebAuthn.addVirtualAuthenticator", {
		options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
	});
	await button(page, "Add a passkey").click();
	await box(page, "Name of the new passkey").fill("Blue laptop");
	await page.getByRole("dialog").getByRole("button", { name: "Add a passkey" }).click();
	await page.getByText("The passkey “Blue laptop” is added.").waitFor();
	await button(page, "Rename Blue laptop").click();
	await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Green laptop");
	await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
	await button(page, "Remove Green laptop").waitFor();
	// Offered beside the login, this authenticator answers before anybody presses the button.
	await page.evaluate(() => {
		PublicKeyCredential.isConditionalMediationAvailable = async () => false;
	});
	await menu(page, "Olga Owner", "Sign out");
	await button(page, "Use a passkey").click();
	await heading(page, "Your account").waitFor();
	await page.getByText("by passkey").waitFor();
	await button(page, "Remove Green laptop").click();
	await page.getByText("You have none yet.").waitFor();
	await end(page);
});

test("what can't be taken back asks who it is, and is then sent", async () => {
	const page = await signedIn("olga", password, "/people?tab=places");
	let asked = 0;
	// The hub asks a quarter of an hour after the last proof; here it asks at once.
	await page.route("**/api/v1/organisation", (r) => {
		if (r.request().method() !== "PUT" || asked++ > 0) return r.continue();
		return r.fulfill({ status: 403, contentType: "application/problem+json", json: { type: "urn:hubcap:confirm", title: "Forbidden", status: 403, detail: "confirm that it is you first" } });
	});
	const change = () => page.evaluate(() => fetch("/api/v1/organisation").then((r) => r.json()));
	await button(page, "Add a location").waitFor(); // signed in
	const before = await change();
	await button(page, "Add a location").click();
	await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Berlin");
	await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
	const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
	await dialog.getByRole("textbox", { name: "Your password" }).fill("wrong");
	await dialog.getByRole("button", { name: "Confirm" }).click();
	await dialog.getByText("is not your password").waitFor();
	await dialog.getByRole("textbox", { name: "Your password" }).fill(password);
	await dialog.getByRole("button", { name: "Confirm" }).click();
	await dialog.waitFor({ state: "detached" });
	await until(async () => (await change()).locations.length === before.locations.length + 1, "the location to be there");
	await end(page);
});

test("an owner looks at the hub as another role, and writes nothing meanwhile", async () => {
	const page = await signedIn("olga", password);
	await rows(page).waitFor();
	await menu(page, "Olga Owner", "View as…");
	await page.getByRole("dialog").getByRole("combobox", { name: "Role" }).selectOption("sales");
	await page.getByRole("dialog").getByRole("button", { name: "Begin" }).click();
	await page.getByText("You look at Hubcap as “Sales”").waitFor();
	await rows(page).waitFor();
	await looks(page, "viewing");
	await rows(page).click();
	await heading(page, "Next service").waitFor();
	await page.getByRole("region", { name: "Running", exact: true }).waitFor({ state: "detached" });
	await page.getByRole("textbox", { name: "New note" }).fill("nothing of this stays");
	await button(page, "Add note").click();
	await page.getByText("nothing is written").first().waitFor();
	await page.reload();
	await page.getByText("You look at Hubcap as “Sales”").waitFor();
	await button(page, "End view").click();
	await page.getByRole("region", { name: "Running", exact: true }).waitFor();
	await end(page);
});

test("a password that was reset is set by a link", async () => {
	const page = await signedIn("vera", hers);
	await rows(page).waitFor();
	const vera = (await hub.api("GET", "/api/v1/users")).items.find((u) => u.login === "vera");
	const { link } = await hub.api("POST", `/api/v1/users/${vera.id}/reset`, { password: true, second: false });
	await heading(page, "Sign in to Miller Motors").waitFor();
	await page.goto(`${page.base}/invite#${link.token}`);
	await heading(page, "Set a new password, Vera Viewer").waitFor();
	await box(page, "New password").fill(password);
	await button(page, "Set it and sign in").click();
	await page.getByRole("textbox", { name: "VIN" }).waitFor();
	await end(page);
});

test("a role that requires a second factor is led to it, and nothing else works before", async () => {
	const { $schema, id, ...org } = await hub.api("GET", "/api/v1/organisation");
	await hub.api("PUT", "/api/v1/organisation", { ...org, mfa: { viewer: { policy: "required" } } });
	const page = await signedIn("vera", password);
	await heading(page, "Your account").waitFor();
	await page.getByText("Your role needs a second factor. Before anything else works").waitFor();
	await looks(page, "owed");
	await button(page, "Set up an app").click();
	const secret = await page.getByRole("dialog").getByLabel("Key for the app", { exact: true }).textContent();
	await box(page, "First code that the app shows").fill(totp(secret));
	await button(page, "Finish").click();
	await page.getByText("Before anything else works").waitFor({ state: "detached" });
	await page.getByRole("link", { name: "Vehicles" }).click();
	await rows(page).waitFor();
	await end(page);
});
