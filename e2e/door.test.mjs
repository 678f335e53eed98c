// Other web pages in the same browser stay outside, and an old page says
// where to go after a restart.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { browser, Hub, open } from "./hub.mjs";

let b;
let hub;
let evil;

before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	evil = http.createServer((_, res) => {
		res.setHeader("Content-Type", "text/html");
		res.end("<!doctype html><title>evil</title>");
	});
	await new Promise((r) => evil.listen(0, "127.0.0.1", r));
});
after(async () => {
	await b?.close();
	await hub?.remove();
	evil?.close();
});

test("another page can neither read nor write, with the cookie in the jar", async () => {
	const page = await open(b, hub);
	const other = await page.context().newPage();
	await other.goto(`http://127.0.0.1:${evil.address().port}/`);
	const got = await other.evaluate(async (url) => {
		const tell = (p) => p.then((r) => r.status, (e) => e.name);
		return {
			read: await tell(fetch(`${url}/api/v1/vehicles`, { credentials: "include" })),
			simple: await tell(
				fetch(`${url}/api/v1/vehicles`, {
					method: "POST",
					credentials: "include",
					mode: "no-cors",
					headers: { "Content-Type": "text/plain" },
					body: JSON.stringify({ vin: "4T1BF1FK9FU226704" }),
				}),
			),
		};
	}, hub.run.url);
	assert.equal(got.read, "TypeError", "a cross-origin read must fail");
	// A no-cors write gets an opaque answer; what counts is that nothing was saved.
	const list = await hub.api("GET", "/api/v1/vehicles");
	assert.deepEqual(list.items, []);
	await other.evaluate((url) => {
		const form = document.createElement("form");
		form.method = "POST";
		form.action = `${url}/api/v1/vehicles`;
		form.innerHTML = '<input name="vin" value="4T1BF1FK9FU226704">';
		document.body.append(form);
		form.submit();
	}, hub.run.url);
	await other.waitForLoadState();
	assert.deepEqual((await hub.api("GET", "/api/v1/vehicles")).items, []);
	await page.context().close();
});

test("a name that resolves to this machine does not open the hub (DNS rebinding)", async () => {
	const { port } = new URL(hub.run.url);
	const status = await new Promise((resolve, reject) => {
		http
			.get(
				{ host: "127.0.0.1", port, path: "/", headers: { Host: "evil.example", Authorization: `Bearer ${hub.run.token}` } },
				(r) => resolve(r.resume().statusCode),
			)
			.on("error", reject);
	});
	assert.equal(status, 421);
});

test("a page from before a restart says where to go", async () => {
	const page = await open(b, hub);
	await page.getByRole("heading", { level: 1 }).waitFor();
	const { port } = new URL(hub.run.url);
	await hub.stop();
	const again = await Hub.start({ data: hub.dir, args: ["--listen", `127.0.0.1:${port}`] });
	hub = again;
	await page.goto(`${again.run.url}/vehicles`);
	await page.getByText("hubcap open").waitFor();
	await page.context().close();
});

test("an open page says calmly that nothing answers, then where to go after the restart", async () => {
	const page = await open(b, hub);
	await page.getByRole("heading", { level: 1 }).waitFor();
	const { port } = new URL(hub.run.url);
	await hub.stop();
	await page.getByText("Hubcap does not answer").waitFor({ timeout: 30_000 });
	hub = await Hub.start({ data: hub.dir, args: ["--listen", `127.0.0.1:${port}`] });
	await page.getByRole("heading", { name: "Hubcap was restarted" }).waitFor({ timeout: 30_000 });
	await page.getByText("hubcap open").waitFor();
	await page.context().close();
});
