// A device comes to trust the hub, and reaches it by its name.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, looks } from "../hub.mjs";
import { address, ask, authenticator, device, network, phone } from "./network.mjs";

let hub;
before(async () => {
	hub = await network();
});
after(() => hub?.remove());

test("a device that does not know the authority is warned", async () => {
	const b = await device(hub, { trusting: false });
	try {
		const page = await b.newPage();
		await assert.rejects(page.goto(`${hub.lan.url}/install`), /ERR_CERT_AUTHORITY_INVALID/);
	} finally {
		await b.close();
	}
});

test("the install page on a phone, then the hub by name and by address", async () => {
	const b = await device(hub);
	try {
		const context = await b.newContext(phone);
		const page = await context.newPage();
		const faults = [];
		page.on("pageerror", (e) => faults.push(String(e)));
		page.on("console", (m) => m.type() === "error" && faults.push(m.text()));
		await page.goto(`${hub.lan.url}/install`);
		await page.getByRole("heading", { name: "Let this device trust your hub" }).waitFor();
		const shown = (await page.getByLabel("SHA-256 fingerprint of the hub's authority").innerText()).replace(/\s+/g, ":");
		assert.equal(shown, hub.lan.fingerprint);
		await page.getByText("Install anyway").waitFor(); // the steps of this device stand open
		assert.equal(await page.locator("script").count(), 0);
		const download = page.waitForEvent("download");
		await page.getByRole("link", { name: "Download the certificate" }).click();
		assert.equal((await download).suggestedFilename(), "hubcap-ca.crt");
		await looks(page, "install");
		assert.deepEqual(await axe(page), []);
		assert.deepEqual(faults, []);

		await page.goto(`https://${address}:8443/install`);
		await page.getByRole("heading", { name: "Let this device trust your hub" }).waitFor();
	} finally {
		await b.close();
	}
});

test("under the name the browser gives passkeys", async () => {
	const b = await device(hub);
	try {
		const page = await b.newPage();
		await page.goto(`${hub.lan.url}/install`);
		await authenticator(page);
		const made = await page.evaluate(async (name) => {
			const bytes = (n) => crypto.getRandomValues(new Uint8Array(n));
			const c = await navigator.credentials.create({
				publicKey: {
					rp: { id: name, name: "Hubcap" },
					user: { id: bytes(16), name: "ann", displayName: "Ann" },
					challenge: bytes(32),
					pubKeyCredParams: [{ type: "public-key", alg: -7 }],
				},
			});
			return { secure: isSecureContext, type: c.type };
		}, hub.lan.name);
		assert.deepEqual(made, { secure: true, type: "public-key" });

		await page.goto(`https://${address}:8443/install`);
		const refused = await page.evaluate(
			(at) =>
				navigator.credentials
					.create({
						publicKey: {
							rp: { id: at, name: "Hubcap" },
							user: { id: new Uint8Array(16), name: "ann", displayName: "Ann" },
							challenge: new Uint8Array(32),
							pubKeyCredParams: [{ type: "public-key", alg: -7 }],
						},
					})
					.then(
						() => "made",
						(e) => e.name,
					),
			address,
		);
		assert.equal(refused, "SecurityError", "by a bare address");
	} finally {
		await b.close();
	}
});

test("strangers' names and this start's key are nothing on the network", async () => {
	const { run } = hub;
	for (const [what, wanted, where, options] of [
		["a name that was made to resolve here", 421, "/", { host: "evil.example:8443" }],
		["this computer's own name", 421, "/", { host: "localhost:8443" }],
		["an address of before", 421, "/install", { host: "10.99.0.8:8443" }],
		["the key of this start", 401, "/api/v1/vehicles", { headers: { Authorization: `Bearer ${run.token}` } }],
		["and from an invented address", 401, "/api/v1/vehicles", { headers: { Authorization: `Bearer ${run.token}`, "X-Forwarded-For": "127.0.0.1" } }],
	]) {
		const r = await ask(hub, where, options);
		assert.equal(r.status, wanted, `${what}: ${r.body}`);
		assert.equal(r.headers["set-cookie"], undefined, what);
	}
	const r = await ask(hub, `/?t=${run.token}`);
	assert.equal(r.headers["set-cookie"], undefined, "the door's address");
});
