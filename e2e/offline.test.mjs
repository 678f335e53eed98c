// The app's own files stay in the browser: its page opens while the hub is
// stopped, says so, and goes on by itself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, Hub, open } from "./hub.mjs";

let b;
let hub;
let page;

before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	page = await open(b, hub);
	await page.getByRole("heading", { level: 1 }).waitFor();
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

test("the worker keeps the files of the app, and no answer of the hub", async () => {
	await page.evaluate(() => navigator.serviceWorker.ready);
	const kept = await page.evaluate(async () => {
		const all = [];
		for (const name of await caches.keys())
			for (const r of await (await caches.open(name)).keys()) all.push(new URL(r.url).pathname);
		return all;
	});
	assert.ok(kept.includes("/") && kept.some((f) => /^\/assets\/.*\.js$/.test(f)), `${kept}`);
	assert.deepEqual(kept.filter((f) => f.startsWith("/api") || f.includes("?")), []);
	const manifest = await page.evaluate(async () => (await fetch("/manifest.json")).json());
	for (const { src } of manifest.icons)
		assert.equal(await page.evaluate(async (s) => (await fetch(s)).ok, src), true, src);
});

test("with the hub stopped a page opens and says so, then goes on by itself", async () => {
	const { port } = new URL(hub.run.url);
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("heading", { name: "No vehicles yet" }).waitFor();
	await hub.stop();
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("heading", { name: "Hubcap does not answer" }).waitFor({ timeout: 30_000 });
	hub = await Hub.start({ data: hub.dir, args: ["--listen", `127.0.0.1:${port}`] });
	// The new start has a new key, and says where it is to be had.
	await page.getByRole("heading", { name: "Hubcap was restarted" }).waitFor({ timeout: 30_000 });
	await page.goto(hub.door);
	await page.waitForURL((u) => !u.search.includes("t="));
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("heading", { name: "No vehicles yet" }).waitFor();
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults.filter((f) => /Content Security Policy/.test(f)), [], "the policy holds");
});
