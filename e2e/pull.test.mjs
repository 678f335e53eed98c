// A model comes from a registry that this test serves on loopback: seen,
// paused, gone on with, cancelled; and from a file whose upload is cancelled.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, looks, open, until } from "./hub.mjs";

const tiny = path.resolve(import.meta.dirname, "../backend/llm/pack/testdata/tiny.gguf");
const model = Buffer.concat([fs.readFileSync(tiny), Buffer.alloc(6 << 20)]);
const digest = (b) => `sha256:${crypto.createHash("sha256").update(b).digest("hex")}`;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-pull-"));

let b;
let hub;
let page;
let registry;
/** Where each request for the model began, and how much of it is let through. */
const from = [];
let most = model.length;

before(async () => {
	registry = http.createServer((q, r) => {
		if (q.url === "/v2/library/tiny/manifests/1m") {
			const layer = (kind, of) => ({
				mediaType: `application/vnd.ollama.image.${kind}`,
				digest: digest(of),
				size: of.length,
			});
			return r.end(JSON.stringify({ schemaVersion: 2, config: layer("config", Buffer.alloc(0)), layers: [layer("model", model)] }));
		}
		if (q.url !== `/v2/library/tiny/blobs/${digest(model)}`) return r.writeHead(404).end();
		let at = Number(/^bytes=(\d+)-$/.exec(q.headers.range ?? "")?.[1] ?? 0);
		from.push(at);
		r.writeHead(at > 0 ? 206 : 200, {
			"Content-Length": model.length - at,
			...(at > 0 ? { "Content-Range": `bytes ${at}-${model.length - 1}/${model.length}` } : {}),
		});
		// In drops once the most is reached: a download goes on, and never ends by itself.
		const drip = setInterval(() => {
			const n = at < most ? Math.min(1 << 19, most - at) : Math.min(16, model.length - 1 - at);
			const whole = most === model.length;
			r.write(model.subarray(at, at + (whole ? model.length : n)));
			at += whole ? model.length : n;
			if (at >= model.length) r.end();
		}, 20);
		r.on("close", () => clearInterval(drip));
	});
	await new Promise((r) => registry.listen(0, "127.0.0.1", r));
	const none = path.join(dir, "none");
	fs.mkdirSync(none);
	[b, hub] = await Promise.all([
		browser(),
		Hub.start({
			args: ["--models", none, "--worker", path.join(none, "worker")],
			env: { HUBCAP_REGISTRY_ADDRESS: `http://127.0.0.1:${registry.address().port}` },
		}),
	]);
	page = await open(b, hub);
});
after(async () => {
	await b?.close();
	await hub?.remove();
	registry?.closeAllConnections();
	registry?.close();
	fs.rmSync(dir, { recursive: true, force: true });
});

const tray = () => page.getByRole("region", { name: "Jobs" });
const job = () => tray().getByRole("listitem", { name: /tiny:1m/ }).first();
const act = (what) => job().getByRole("button", { name: new RegExp(`^${what}: `) }).click();
const percent = async () => Number(await job().getByRole("progressbar").getAttribute("aria-valuenow"));

async function pull() {
	await page.getByRole("textbox", { name: "Name in the registry" }).fill("tiny:1m");
	await page.getByRole("region", { name: "Add a model" }).getByRole("button", { name: "Fetch", exact: true }).click();
}

test("a fetch is seen, paused, and goes on from where it stood", async () => {
	most = model.length / 2;
	await page.goto(`${hub.run.url}/models`);
	await pull();
	await tray().getByRole("button", { name: /^1 job at work/ }).click();
	await until(async () => (await percent()) >= 50, "half of it to be there");
	await job().getByText(/of 6(\.\d)? MB/).waitFor();
	await looks(page, "pull");
	await act("Pause");
	await job().getByText("paused", { exact: false }).waitFor();
	const there = (await hub.api("GET", "/api/v1/jobs?which=open")).items[0].done;
	assert.deepEqual(from, [0]);

	most = (model.length / 4) * 3;
	await act("Resume");
	await until(async () => (await percent()) >= 75, "three quarters of it to be there");
	assert.equal(from.length, 2);
	assert.ok(from[1] >= there, `it went on from ${from[1]}, and ${there} bytes were there`);
});

test("one that is cancelled leaves no model, and what came is not fetched again", async () => {
	await act("Cancel");
	await job().getByText("cancelled", { exact: false }).waitFor();
	assert.deepEqual((await hub.api("GET", "/api/v1/models")).items.filter((m) => !m.built_in), []);
	most = model.length;
	await page.keyboard.press("Escape");
	await pull();
	await page.getByRole("region", { name: "tiny-1m", exact: true }).or(page.locator('[id^="model-tiny"]')).first().waitFor();
	assert.equal(from.length, 3);
	assert.ok(from[2] > from[1], "it began behind what was there");
	await page.locator('[id^="model-tiny"]').getByText(/from the registry 127\.0\.0\.1/).waitFor();
	await looks(page, "pulled");
});

test("a name that the registry does not have is told with what to do", async () => {
	await page.getByRole("textbox", { name: "Name in the registry" }).fill("tiny:2m");
	await page.getByRole("region", { name: "Add a model" }).getByRole("button", { name: "Fetch", exact: true }).click();
	await page.getByRole("button", { name: /job failed|jobs? finished/ }).click();
	await tray().getByText("has no such model", { exact: false }).waitFor();
	await tray().getByText("Look at the name and the tag", { exact: false }).waitFor();
	await page.keyboard.press("Escape");
});

test("an upload of a model that is cancelled midway leaves nothing, and can be begun again", async () => {
	const folder = path.join(hub.dir, "models");
	const before = fs.readdirSync(folder).sort();
	const own = path.join(dir, "own.gguf");
	fs.writeFileSync(own, Buffer.concat([fs.readFileSync(tiny), Buffer.alloc(8 << 20, 1)]));
	const wire = await page.context().newCDPSession(page);
	// Nearly a minute, so that a slow machine is in time to cancel.
	const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 150_000 };
	await wire.send("Network.enable");
	await wire.send("Network.emulateNetworkConditions", slow);
	await page.locator('input[type="file"]').setInputFiles(own);
	const adding = page.getByRole("region", { name: "Add a model" });
	await until(async () => Number(await adding.getByRole("progressbar").getAttribute("aria-valuenow")) > 0, "a part to be sent");
	await looks(page, "upload");
	await adding.getByRole("button", { name: "Cancel" }).click();
	await adding.getByText("cancelled", { exact: false }).waitFor();
	await wire.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
	await wire.detach();
	await until(() => fs.readdirSync(folder).sort().join() === before.join(), "the part to be gone");
	await page.locator('input[type="file"]').setInputFiles(own);
	await adding.getByText(/was added/).waitFor();
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
});
