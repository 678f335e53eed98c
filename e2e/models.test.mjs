// Models, who does what, and providers: with the real worker and packs where
// they are built, and a provider that this test serves on loopback.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, open, until } from "./hub.mjs";

const bin = process.env.HUBCAP_BIN ?? path.resolve(import.meta.dirname, "../build/bin/hubcap");
const packs = path.resolve(import.meta.dirname, "../build/models");
const miniLM = path.join(packs, "all-minilm-l6-v2-f16.gguf");
const withWorker = fs.existsSync(path.join(path.dirname(bin), "hubcap-worker")) && fs.existsSync(miniLM);
const worker = {
	skip: withWorker || process.env.HUBCAP_TEST_WORKER_REQUIRED ? false : "no model worker or pack is built",
	timeout: 180_000,
};
const key = "sk-test-8f2a";

let b;
let hub; // with the packs
let bare; // without any
let provider;
let page;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-models-"));

before(async () => {
	provider = http.createServer((q, r) => {
		let body = "";
		q.on("data", (d) => {
			body += d;
		});
		q.on("end", () => {
			asked.push({ url: q.url, key: q.headers.authorization, body });
			const send = (status, x) => r.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(x));
			if (q.headers.authorization !== `Bearer ${key}`) return send(401, { error: { message: "Incorrect API key" } });
			if (q.url === "/v1/models") return send(200, { data: [{ id: "small-writer" }, { id: "big-writer" }] });
			const choice = (more) => JSON.stringify({ choices: [{ index: 0, ...more }] });
			r.writeHead(200, { "Content-Type": "text/event-stream" });
			r.write(`data: ${choice({ delta: { role: "assistant", content: "No." } })}\n\n`);
			r.end(`data: ${choice({ delta: {}, finish_reason: "stop" })}\n\ndata: [DONE]\n\n`);
		});
	});
	await new Promise((r) => provider.listen(0, "127.0.0.1", r));
	const none = path.join(dir, "none");
	fs.mkdirSync(none);
	[b, hub, bare] = await Promise.all([browser(), Hub.start({ sample: true }), Hub.start({ args: ["--models", none] })]);
	page = await open(b, hub);
});
after(async () => {
	await b?.close();
	await hub?.remove();
	await bare?.remove();
	provider?.close();
	fs.rmSync(dir, { recursive: true, force: true });
});

const asked = [];
const card = (name) => page.getByRole("region", { name, exact: true });

test("the page is found in the menu and by keys", async () => {
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("button", { name: /^Menu/ }).click();
	await page.getByRole("menuitem", { name: "Models" }).click();
	await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("table").getByRole("link").first().waitFor();
	await page.keyboard.press("g");
	await page.keyboard.press("m");
	await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
});

test("a model shows what it is and what it has earned, and is checked as a job", worker, async () => {
	await page.goto(`${hub.run.url}/models`);
	const mini = card("all-MiniLM-L6-v2 f16");
	await mini.getByText("46 MB").first().waitFor();
	await mini.getByText("Apache-2.0").waitFor();
	await mini.getByText(/Find by meaning: earned/).waitFor({ timeout: 90_000 });
	await mini.getByText("Find by meaning: measured here").click();
	await mini.getByText(/right text in the first three: \d+ of/).waitFor();
	await mini.getByRole("button", { name: "Check all-MiniLM-L6-v2 f16" }).click();
	const tray = page.getByRole("region", { name: "Jobs" });
	await tray.getByRole("button", { name: /job/ }).click();
	await tray.getByRole("listitem").filter({ hasText: "Check all-MiniLM" }).getByText(/done/).waitFor({ timeout: 120_000 });
	await page.keyboard.press("Escape");
});

test("a vehicle is found by what a note means, and the list says so", worker, async () => {
	const [v] = (await hub.api("GET", "/api/v1/vehicles?limit=1")).items;
	const text = "The passenger seat is torn and has cigarette burns.";
	await hub.api("POST", `/api/v1/vehicles/${v.id}/notes`, { text });
	// None of its words is in the note.
	const where = "q=damaged%20chair%20fabric";
	const known = async () => {
		const [first] = (await hub.api("GET", `/api/v1/search?${where}&limit=5`)).items;
		return first?.vehicle.id === v.id;
	};
	await until(known, "the note to be known by its meaning", 120_000);
	await page.goto(`${hub.run.url}/vehicles?${where}`);
	const row = page.getByRole("row").filter({ hasText: text });
	await row.getByText(/^means alike, \d+ %$/).waitFor();
});

test("a provider is entered, its wrong key is told with what to do, and the right one lists its models", async () => {
	await page.goto(`${hub.run.url}/models?tab=providers`);
	await page.getByText("No provider is entered.").waitFor();
	await page.getByRole("button", { name: "Add a provider" }).click();
	const form = page.getByRole("dialog");
	await form.getByText("OpenAI-compatible").click();
	await form.getByRole("textbox", { name: "Name" }).fill("Loop");
	await form.getByRole("textbox", { name: "Address" }).fill("http://10.0.0.9/v1");
	const secret = form.getByRole("textbox", { name: "Key" });
	assert.equal(await secret.getAttribute("type"), "password");
	// Pasted, as keys are.
	await page.evaluate(() => navigator.clipboard.writeText("sk-wrong"));
	await secret.focus();
	await page.keyboard.press("Control+V");
	assert.equal(await secret.inputValue(), "sk-wrong");
	await form.getByRole("button", { name: "Save" }).click();
	// An inside address is refused at its field, with what to set.
	await form.getByText(/net\.allow/).waitFor();
	await form.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${provider.address().port}/v1`);
	await form.getByRole("button", { name: "Save" }).click();
	await form.waitFor({ state: "detached" });
	assert.deepEqual(asked, [], "saving sends nothing");
	await card("Loop").getByText("key stored").waitFor();

	await card("Loop").getByRole("button", { name: "Test Loop" }).click();
	await card("Loop").getByText(/does not accept the key/).waitFor();
	await card("Loop").getByText("Enter a key that is valid there.").waitFor();
	await card("Loop").getByRole("button", { name: "Edit Loop" }).click();
	assert.equal(await secret.inputValue(), "", "a key is never shown again");
	await secret.fill(key);
	await form.getByRole("button", { name: "Save" }).click();
	await form.waitFor({ state: "detached" });
	await card("Loop").getByRole("button", { name: "Test Loop" }).click();
	await card("Loop").getByRole("checkbox", { name: "small-writer" }).check();
	await card("Loop").getByRole("button", { name: "Save the choice" }).click();
	await card("Loop").getByText("May be asked: small-writer").waitFor();
	await card("Loop").getByText("Off: nothing is sent to it.").waitFor();
	await card("Loop").getByRole("switch", { name: "Loop is switched on" }).click();
	await card("Loop").getByText("so nothing leaves it", { exact: false }).waitFor();
	assert.ok(!JSON.stringify(await hub.api("GET", "/api/v1/providers")).includes(key));
	assert.ok(!(await page.content()).includes(key));
});

test("its model is checked like any other, and what it has not earned is said", async () => {
	await page.goto(`${hub.run.url}/models`);
	const remote = card("small-writer at Loop");
	await remote.getByText(/Write briefings: not checked yet/).waitFor();
	await remote.getByRole("button", { name: "Check small-writer at Loop" }).click();
	await remote.getByText(/Write briefings: not earned/).waitFor({ timeout: 60_000 });
	assert.ok(asked.some((a) => a.url === "/v1/chat/completions"));
});

test("the order is changed by keyboard alone, and a model away is asked only after it was said what leaves", async () => {
	const away = await hub.api("POST", "/api/v1/providers", {
		name: "Far",
		kind: "openai",
		url: "https://models.example.com/v1",
		models: ["far-writer"],
		enabled: true,
	});
	await page.goto(`${hub.run.url}/models?tab=orders`);
	const write = card("Write briefings");
	await write.getByText("Nothing leaves this computer for this job.").waitFor();
	const far = write.getByRole("switch", { name: "Write briefings: far-writer at Far" });
	await far.waitFor();
	assert.equal(await far.isChecked(), false);
	await far.focus();
	await page.keyboard.press("Space");
	const dialog = page.getByRole("dialog");
	await dialog.getByText("models.example.com is another machine.", { exact: false }).waitFor();
	await dialog.getByText(/No VIN, figure, date, name or note of yours is sent/).waitFor();
	await page.keyboard.press("Enter"); // the safe button has the focus
	await dialog.waitFor({ state: "detached" });
	assert.deepEqual((await order("write")).refs, []);
	await far.focus();
	await page.keyboard.press("Space");
	await dialog.getByRole("button", { name: "Switch it on" }).click();
	await until(async () => (await order("write")).refs.at(-1) === `${away.id}/far-writer`, "the order to be saved");
	await write.getByText("With far-writer at Far switched on:").waitFor();

	await write.getByRole("button", { name: "Write briefings: move far-writer at Far up" }).focus();
	await page.keyboard.press("Enter");
	await until(async () => (await order("write")).refs.at(-2) === `${away.id}/far-writer`, "it to be moved");
	const loop = write.getByRole("switch", { name: "Write briefings: small-writer at Loop" });
	await loop.focus();
	await page.keyboard.press("Space");
	await until(async () => (await order("write")).never.length === 1, "the other one to be switched off");
	await until(async () => !(await loop.isChecked()), "the page to show it");
	assert.deepEqual(page.outside, []);
});

const order = async (capability) =>
	(await hub.api("GET", "/api/v1/orders")).items.find((o) => o.capability === capability);

test("a provider is removed with its key", async () => {
	await page.goto(`${hub.run.url}/models?tab=providers`);
	await page.getByRole("button", { name: "Remove Loop" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Remove Loop" }).click();
	await card("Loop").waitFor({ state: "detached" });
});

test("without packs the page says what is missing, and a broken file says what is wrong with it", async () => {
	page = await open(b, bare);
	await page.goto(`${bare.run.url}/models`);
	await page.getByRole("alert").filter({ hasText: "not there" }).first().waitFor();
	await page.getByText("HUBCAP_REGISTRY_ADDRESS").waitFor();
	const broken = path.join(dir, "broken.gguf");
	fs.writeFileSync(broken, "this is no model at all");
	await page.locator('input[type="file"]').setInputFiles(broken);
	const alert = page.getByRole("alert").filter({ hasText: "The file was not added" });
	await alert.waitFor();
	assert.match(await alert.textContent(), /GGUF/);
});

test("a real file is added with its progress, known again under another name, removed and brought back", worker, async () => {
	await page.goto(`${bare.run.url}/models`);
	const own = path.join(dir, "own.gguf");
	fs.copyFileSync(miniLM, own);
	await page.locator('input[type="file"]').setInputFiles(own);
	await page.getByText(/was added\.|is here already/).waitFor({ timeout: 90_000 });
	const list = (await bare.api("GET", "/api/v1/models")).items.filter((m) => m.present);
	assert.equal(list.length, 1);
	const again = path.join(dir, "again.gguf");
	fs.copyFileSync(miniLM, again);
	await page.locator('input[type="file"]').setInputFiles(again);
	await page.getByText(/This file is here already/).waitFor({ timeout: 60_000 });
	if (list[0].built_in) return;
	await page.getByRole("button", { name: `Remove ${list[0].title}` }).click();
	await page.getByText(/stays in the trash for a week/).waitFor();
	await page.getByRole("button", { name: "Undo" }).click();
	await page.getByText("is back.").waitFor();
	await page.getByRole("button", { name: `Remove ${list[0].title}` }).waitFor();
});
