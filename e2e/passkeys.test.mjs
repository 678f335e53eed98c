// What the hub asks of a browser for a passkey is what a real browser takes,
// and what the browser answers is what the hub takes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, Hub } from "./hub.mjs";

const password = "violet anvil crosses seven rivers";
let b;
let hub;
let home;

before(async () => {
	[b, hub] = await Promise.all([browser({ names: ["localhost"] }), Hub.start()]);
	await hub.api("POST", "/api/v1/setup", { name: "Olga Owner", login: "olga", password });
	home = hub.run.url.replace("127.0.0.1", "localhost");
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

/** A page whose browser has an authenticator of its own. */
async function withAuthenticator(url) {
	const context = await b.newContext();
	const page = await context.newPage();
	const cdp = await context.newCDPSession(page);
	await cdp.send("WebAuthn.enable");
	await cdp.send("WebAuthn.addVirtualAuthenticator", {
		options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
	});
	await page.goto(url);
	return page;
}

const ask = (page, method, where, body) =>
	page.evaluate(
		async ([method, where, body]) => {
			const r = await fetch(where, { method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) });
			const text = await r.text();
			return { status: r.status, ...(text ? JSON.parse(text) : {}) };
		},
		[method, where, body],
	);

const make = (page, options) =>
	page.evaluate(async (o) => {
		const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(o);
		return (await navigator.credentials.create({ publicKey })).toJSON();
	}, options);

const show = (page, options) =>
	page.evaluate(async (o) => {
		const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(o);
		return (await navigator.credentials.get({ publicKey })).toJSON();
	}, options);

test("a passkey is made, is the only factor, the second one, and a confirmation", async () => {
	const page = await withAuthenticator(`${home}/`);
	assert.equal((await ask(page, "POST", "/api/v1/session", { login: "olga", password })).next, "done");
	let asked = await ask(page, "POST", "/api/v1/me/passkeys/begin");
	assert.equal(asked.status, 200, JSON.stringify(asked));
	const added = await ask(page, "POST", "/api/v1/me/passkeys", { name: "this one", credential: await make(page, asked.options) });
	assert.equal(added.status, 204, JSON.stringify(added));
	const me = await ask(page, "GET", "/api/v1/me");
	assert.deepEqual([me.passkeys[0].name, me.passkeys[0].rp, me.passkeys[0].here], ["this one", "localhost", true]);

	asked = await ask(page, "POST", "/api/v1/session/confirm/passkey");
	const confirmed = await ask(page, "POST", "/api/v1/session/confirm", { method: "passkey", credential: await show(page, asked.options) });
	assert.equal(confirmed.status, 204, JSON.stringify(confirmed));

	assert.equal((await ask(page, "DELETE", "/api/v1/session")).status, 204);
	asked = await ask(page, "POST", "/api/v1/session/passkey/begin", {});
	const alone = await ask(page, "POST", "/api/v1/session/passkey", { credential: await show(page, asked.options) });
	assert.deepEqual([alone.status, alone.next], [200, "done"], JSON.stringify(alone));
	assert.equal((await ask(page, "GET", "/api/v1/session")).user.login, "olga");

	assert.equal((await ask(page, "DELETE", "/api/v1/session")).status, 204);
	const first = await ask(page, "POST", "/api/v1/session", { login: "olga", password });
	assert.deepEqual([first.next, first.methods], ["second", ["passkey"]]);
	asked = await ask(page, "POST", "/api/v1/session/passkey/begin", { ticket: first.ticket });
	const second = await ask(page, "POST", "/api/v1/session/passkey", { ticket: first.ticket, credential: await show(page, asked.options) });
	assert.deepEqual([second.status, second.next], [200, "done"], JSON.stringify(second));
	await page.context().close();
});

test("under a bare address there are no passkeys, and the hub says why", async () => {
	const page = await withAuthenticator(`${hub.run.url}/`);
	const state = await ask(page, "GET", "/api/v1/session");
	assert.deepEqual([state.signIn.passkeys, /name, not a bare address/.test(state.signIn.why)], [false, true]);
	const first = await ask(page, "POST", "/api/v1/session", { login: "olga", password });
	assert.deepEqual([first.next, first.methods], ["second", []]);
	assert.match(first.why, /localhost/);
	await page.context().close();
});
