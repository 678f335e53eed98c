// The app's own files stay in the browser: its page opens while the hub is
// stopped, says so, and goes on by itself.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { bin, browser, Hub, open, until } from "./hub.mjs";

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

test("a new version waits until the person takes it, and is there after a reload", async () => {
	// The same hub, but for the stamp of its app: a newer one without a second build.
	const bytes = fs.readFileSync(bin);
	const old = await page.evaluate(async () => (await caches.keys()).find((k) => k.startsWith("hubcap-")));
	const stamp = old.slice("hubcap-".length);
	const next = stamp.replace(/./g, (c) => (c === "0" ? "1" : "0"));
	const where = `const version = "${stamp}"`;
	assert.ok(bytes.includes(where), "the worker lies in the hub as it is");
	for (let i = bytes.indexOf(where); i >= 0; i = bytes.indexOf(where)) bytes.write(`const version = "${next}"`, i);
	const newer = path.join(hub.dir, "hubcap-newer");
	fs.writeFileSync(newer, bytes, { mode: 0o755 });
	const { port } = new URL(hub.run.url);
	await hub.stop();
	hub = await Hub.start({ data: hub.dir, bin: newer, args: ["--listen", `127.0.0.1:${port}`] });
	await page.goto(hub.door);
	await page.waitForURL((u) => !u.search.includes("t="));
	const banner = page.getByRole("status").filter({ hasText: "A new version is ready." });
	await banner.waitFor();
	const keys = () => page.evaluate(() => caches.keys());
	assert.ok((await keys()).includes(old), "until then the page has the files of one version");
	const again = page.waitForEvent("load");
	await banner.getByRole("button", { name: "Reload" }).click();
	await again;
	await page.getByRole("heading", { level: 1 }).waitFor();
	await banner.waitFor({ state: "detached" });
	await until(async () => (await keys()).join() === `hubcap-${next}`, "only the new files to be kept");
});
