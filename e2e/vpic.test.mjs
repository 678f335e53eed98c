// A release of VIN data comes in through the page, is warned of and used;
// what it reads otherwise is accepted, one, some and all, taken back, and the
// release itself too.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { browser, Hub, looks, open, until } from "./hub.mjs";

const root = path.resolve(import.meta.dirname, "..");
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-vpic-"));
let b;
let hub;
let page;
let dump;
const camrys = [];

before(async () => {
	const written = promisify(execFile)("go", ["run", "./e2e/dump", dir], { cwd: root });
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	for (let n = 1; n <= 5; n++) {
		const v = await hub.api("POST", "/api/v1/vehicles", { vin: `4T1BF1FK9FU22670${n}` });
		camrys.push(v.id);
	}
	await hub.api("POST", "/api/v1/vehicles", { vin: "1HGCM82633A004352" });
	dump = (await written).stdout.trim();
	page = await open(b, hub);
});
after(async () => {
	await b?.close();
	await hub?.remove();
	fs.rmSync(dir, { recursive: true, force: true });
});

const row = () => page.getByRole("region", { name: "VIN data" });
const look = (name) => looks(page, name);
const models = async () =>
	Promise.all(camrys.map(async (id) => (await hub.api("GET", `/api/v1/vehicles/${id}`)).decoded.model));
const novas = async () => (await models()).filter((m) => m === "Camry Nova").length;
const cards = () => page.getByRole("region", { name: "Vehicles that read differently" }).getByRole("table");
const listed = (n) => until(async () => (await cards().count()) === n, `${n} vehicles to be listed`);

test("an upload that is cancelled midway leaves nothing", async () => {
	await page.goto(`${hub.run.url}/settings`);
	await row().getByText(/^Release 2026-10, built in/).waitFor();
	const wire = await page.context().newCDPSession(page);
	const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 500_000 };
	await wire.send("Network.enable");
	await wire.send("Network.emulateNetworkConditions", slow);
	await row().locator('input[type="file"]').setInputFiles(dump);
	await row().getByText(/^Sending vPICList_lite_2026_11\.plain\.zip: [1-9]/).waitFor();
	await row().getByRole("button", { name: "Cancel" }).click();
	await row().getByRole("progressbar").waitFor({ state: "detached" });
	await wire.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
	await wire.detach();
	await until(() => left().length === 0, "the part that came to be gone");
	assert.deepEqual((await hub.api("GET", "/api/v1/jobs?which=ended")).items, []);
	await row().getByRole("button", { name: "Update from a file…" }).waitFor();
});

/** What an upload has put into the data folder. */
const left = () => {
	const at = path.join(hub.dir, "vpic");
	return fs.existsSync(at) ? fs.readdirSync(at).filter((f) => f !== "redecoded") : [];
};

test("a release is brought in: its progress is seen, its warnings told, and it is in use", async () => {
	await row().locator('input[type="file"]').setInputFiles(dump);
	await row().getByText(/^Building and verifying the release: \d+ %/).waitFor();
	await row().getByRole("progressbar").waitFor();
	await row().getByText("Release 2026-11 is in use. Before it was 2026-10.").waitFor({ timeout: 120_000 });
	await row().getByText("Look at this").waitFor();
	await row().getByText(/^Release 2026-11, brought in/).waitFor();
	await row().getByRole("link", { name: "5 vehicles read differently now" }).waitFor();
	await look("vpic-new");
	assert.deepEqual(await models(), camrys.map(() => "Camry"), "nothing is written by itself");

	await row().locator('input[type="file"]').setInputFiles(dump);
	await row().getByText("Release 2026-11 is in use already; nothing was changed.").waitFor({ timeout: 60_000 });
});

test("what it reads otherwise is listed, one is accepted, and taken back", async () => {
	await row().getByRole("link", { name: "5 vehicles read differently now" }).click();
	await page.getByRole("heading", { level: 1, name: "What the new VIN data reads differently" }).waitFor();
	await listed(5);
	await cards().first().getByRole("row", { name: "Model Camry Camry Nova" }).waitFor();
	await look("vpic-changes");
	await page.getByRole("button", { name: /^Accept the changes of .*226701$/ }).click();
	await page.getByText("1 vehicle reads as the new data says.").waitFor();
	await listed(4);
	assert.equal(await novas(), 1);
	await page.getByRole("alert").getByRole("button", { name: "Undo" }).click();
	await page.getByText("Taken back.").waitFor();
	assert.equal(await novas(), 0);
	await listed(5);
});

test("some are accepted by keyboard", async () => {
	for (const n of [1, 2, 3]) {
		const box = page.getByRole("checkbox", { name: new RegExp(`22670${n}$`) });
		await box.focus();
		await page.keyboard.press("Space");
	}
	await page.getByRole("button", { name: "Accept 3 chosen" }).focus();
	await page.keyboard.press("Enter");
	await page.getByText("3 vehicles read as the new data says.").waitFor();
	await listed(2);
	assert.equal(await novas(), 3);
});

test("all are accepted in a job, and all taken back at once", async () => {
	await page.getByRole("button", { name: "Accept all" }).click();
	await page.getByText("2 vehicles read as the new data says.").waitFor();
	await page.getByText("Every saved vehicle reads as it is saved").waitFor();
	assert.equal(await novas(), 5);
	await page.getByRole("alert").filter({ hasText: "2 vehicles" }).getByRole("button", { name: "Undo" }).click();
	await page.getByText("Taken back.").last().waitFor();
	await until(async () => (await novas()) === 3, "two to be as they were");
	await listed(2);
});

test("going back to the release before is one click, and what it reads otherwise is listed again", async () => {
	await page.goto(`${hub.run.url}/settings`);
	await row().getByRole("button", { name: "Go back to 2026-10" }).click();
	await page.getByText("Release 2026-10 is in use again.").waitFor();
	await row().getByText(/^Release 2026-10, built in/).waitFor();
	await row().getByText("Release 2026-11 is in use").waitFor({ state: "detached" });
	await row().getByRole("link", { name: "3 vehicles read differently now" }).waitFor();
	const said = await hub.api("GET", "/api/v1/decode?vin=4T1BF1FK9FU226704");
	assert.equal(said.summary.model, "Camry");
	await row().getByRole("link", { name: "3 vehicles read differently now" }).click();
	await cards().first().getByRole("row", { name: "Model Camry Nova Camry" }).waitFor();
});

test("nothing was asked of any other machine, and nothing went wrong in the page", () => {
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
});
