// People sign in by an OpenID provider that really runs: another site, to
// which the browser goes and from which it comes back.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, until } from "./hub.mjs";

let b;
let hub;
let op;
let issuer;
let provider;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-oidc-"));

before(async () => {
	const bin = path.join(dir, "op");
	execFileSync("go", ["build", "-o", bin, "."], { cwd: path.join(import.meta.dirname, "oidc") });
	// The hub is met as localhost, the provider as 127.0.0.1: two sites.
	[b, hub] = await Promise.all([browser({ names: ["localhost"] }), Hub.start()]);
	await hub.api("POST", "/api/v1/setup", { name: "Olga Owner", login: "olga", password: "violet anvil crosses seven rivers" });
	const entry = {
		name: "Example Login", issuer: "http://127.0.0.1:1/", clientId: "hubcap", secret: "the hub's secret", scopes: ["profile", "email"],
		claim: "preferred_username", create: true, link: false, enabled: true, mapping: [{ group: "pat", role: "sales", reach: { kind: "all" } }],
	};
	provider = await hub.api("POST", "/api/v1/sign-in-providers", entry);
	const callback = provider.callback.replace("127.0.0.1", "localhost");
	op = spawn(bin, ["-redirect", callback], { stdio: ["pipe", "pipe", "inherit"] });
	let said = "";
	op.stdout.on("data", (t) => {
		said += t;
	});
	issuer = await until(() => said.includes("\n") && said.trim(), "the provider to be ready");
	const r = await fetch(`${hub.run.url}/api/v1/sign-in-providers/${provider.id}`, {
		method: "PUT",
		headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/json", "If-Match": "*" },
		body: JSON.stringify({ ...entry, issuer }),
	});
	assert.equal(r.status, 200, await r.text());
});
after(async () => {
	await b?.close();
	await hub?.remove();
	op?.stdin.end();
	fs.rmSync(dir, { recursive: true, force: true });
});

// Asked with the browser's cookies but beside its page, which may still be on
// its way from the door to the first screen.
const who = async (page, home) => (await page.context().request.get(`${home}/api/v1/session`)).json();

test("to a provider and back, signed in without a script at the door", async () => {
	const home = hub.run.url.replace("127.0.0.1", "localhost");
	const context = await b.newContext();
	const page = await context.newPage();
	await page.goto(`${home}/api/v1/session/oidc/${provider.id}`);
	await page.waitForURL((u) => u.href.startsWith(issuer));
	// The session's cookie has to come along with the first page at the hub.
	const first = page.waitForRequest((r) => r.url() === `${home}/` && r.isNavigationRequest());
	await page.fill("#username", "pat");
	await page.fill("#password", "pats own password");
	await page.click("button[type=submit]");
	const headers = await (await first).allHeaders();
	assert.match(headers.cookie ?? "", /hubcap_[0-9a-f]+_s=/, "a Strict cookie is sent after the door's page");
	await page.waitForURL(`${home}/**`);
	const me = await who(page, home);
	assert.equal(me.signedIn, true);
	assert.equal(me.user.role, "sales");
	const cookies = await context.cookies(home);
	const session = cookies.find((c) => /_s$/.test(c.name));
	assert.deepEqual([session.sameSite, session.httpOnly], ["Strict", true]);
	assert.equal(cookies.find((c) => /_o$/.test(c.name)), undefined, "the journey's cookie is gone");
	await context.close();
});

test("somebody without a role is told so, and stays outside", async () => {
	const home = hub.run.url.replace("127.0.0.1", "localhost");
	const context = await b.newContext();
	const page = await context.newPage();
	await page.goto(`${home}/api/v1/session/oidc/${provider.id}`);
	await page.waitForURL((u) => u.href.startsWith(issuer));
	await page.fill("#username", "quinn");
	await page.fill("#password", "quinns own password");
	await page.click("button[type=submit]");
	await page.getByRole("heading", { name: "This sign-in did not work" }).waitFor();
	await page.getByText("none of your groups there has a role here").waitFor();
	assert.equal((await who(page, home)).signedIn, false);
	await context.close();
});
