// The main job in a real browser with the network blocked: a VIN in, what it
// is, saved, found again, a briefing whose every line opens its records, and
// whatever was done taken back.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, open, until } from "./hub.mjs";

let b;
let hub;
let page;

before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	page = await open(b, hub);
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

const briefing = () => page.getByTestId("briefing");

test("the first start checks the data and ends at the first VIN", async () => {
	await page.getByRole("heading", { name: "Welcome to Hubcap" }).waitFor();
	await page.getByText("Kilometres").click();
	const next = (shown) => page.getByRole("button", { name: "Next" }).click().then(() => page.getByText(shown).first().waitFor());
	await next("without signing in");
	await next("all 20 test VINs decode");
	await page.getByRole("button", { name: "Skip", exact: true }).click();
	await page.getByText("The built-in small model").waitFor();
	await next("Paste a VIN");
	await page.getByRole("button", { name: "Decode a VIN" }).click();
	await page.getByRole("heading", { name: "What is this vehicle?" }).waitFor();
	const kept = await hub.api("GET", "/api/v1/preferences");
	assert.equal(kept.distance, "km");
	assert.deepEqual(kept.skipped, ["data"]);
	await page.getByRole("region", { name: "Skipped at the first start" }).getByRole("link", { name: "Check the vPIC data" }).waitFor();
	await page.getByRole("button", { name: "Put this list away" }).click();
	await until(async () => !(await hub.api("GET", "/api/v1/preferences")).skipped, "the list to be put away");
});

test("a VIN typed by a person says what the vehicle is", async () => {
	await page.getByRole("textbox", { name: "VIN" }).fill("4t1bf1fk9fu226704");
	await page.getByText("17 characters, check digit right.").waitFor();
	await page.keyboard.press("Enter");
	const card = page.getByRole("region", { name: "Result for 4T1BF1FK9FU226704" });
	await card.getByRole("heading", { name: "2015 TOYOTA Camry" }).waitFor();
	await card.getByText("Sedan/Saloon").first().waitFor();
	await card.getByRole("region", { name: "In short" }).getByText(/2015 Toyota Camry/).waitFor();
});

test("a scanner's stop signs and a mistyped character are understood", async () => {
	await page.getByRole("textbox", { name: "VIN" }).fill("*5KBCT1A33E1768185*");
	await page.keyboard.press("Enter");
	await page.getByText("5KBCT1A33EA768185").first().waitFor();
	await page.getByRole("button", { name: "Decode the suggestion" }).click();
	await page.getByRole("region", { name: "Result for 5KBCT1A33EA768185" }).waitFor();
	assert.match(page.url(), /vin=5KBCT1A33EA768185/);
});

test("saved, it has a page with its specification", async () => {
	await page.goto(`${hub.run.url}/?vin=4T1BF1FK9FU226704`);
	await page.getByRole("button", { name: "Save vehicle" }).click();
	await page.getByRole("heading", { level: 1, name: "2015 TOYOTA Camry" }).waitFor();
	await page.getByRole("tab", { name: "Specs" }).click();
	await page.getByRole("textbox", { name: "Find a field" }).fill("fuel type");
	await page.getByRole("rowheader", { name: "Fuel Type - Primary" }).waitFor();
	const list = await hub.api("GET", "/api/v1/vehicles");
	assert.equal(list.items.length, 1);
	assert.equal(list.items[0].vin, "4T1BF1FK9FU226704");
});

test("a record is added in three clicks and stands in the timeline", async () => {
	await page.getByRole("button", { name: "Add record" }).click();
	await page.getByRole("menuitem", { name: "Odometer reading" }).click();
	await page.getByRole("textbox", { name: "Odometer (km)" }).fill("82838");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByRole("tab", { name: "Timeline" }).click();
	await page.getByRole("listitem").filter({ hasText: "82,838 km" }).waitFor();
});

test("a service interval is the vehicle's own once it is changed", async () => {
	await page.getByRole("tab", { name: "Overview" }).click();
	await page.getByRole("button", { name: "Change intervals" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("textbox", { name: "engine oil and filter: distance" }).fill("8000");
	await dialog.getByRole("textbox", { name: "engine oil and filter: months" }).fill("6");
	await dialog.getByRole("button", { name: "Save" }).click();
	await dialog.waitFor({ state: "hidden" });
	const [v] = (await hub.api("GET", "/api/v1/vehicles")).items;
	assert.deepEqual(v.intervals, { oil: { km: 8000, months: 6 } });
	await page.getByRole("tab", { name: "Timeline" }).click();
});

test("a record is changed, removed and brought back", async () => {
	await page.getByRole("button", { name: /^Edit the odometer of/ }).click();
	await page.getByRole("textbox", { name: "Odometer (km)" }).fill("90001");
	await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
	const row = page.getByRole("listitem").filter({ hasText: "90,001 km" });
	await row.waitFor();
	await page.getByRole("button", { name: /^Remove the odometer of/ }).click();
	await row.waitFor({ state: "detached" });
	await page.getByRole("alert").filter({ hasText: "removed." }).getByRole("button", { name: "Undo" }).click();
	await row.waitFor();
});

test("what the seller says is kept beside the VIN, and a difference is marked", async () => {
	await page.keyboard.press("e");
	const form = page.getByRole("dialog");
	await form.getByRole("textbox", { name: "Stock number" }).fill("A-17");
	await form.getByRole("textbox", { name: "Model year" }).first().fill("2017");
	await form.getByRole("textbox", { name: "Make" }).fill("Toyota");
	await form.getByRole("button", { name: "Save" }).click();
	await form.waitFor({ state: "detached" });
	await page.getByRole("tab", { name: "Overview" }).click();
	const claims = page.getByRole("region", { name: "Claimed and decoded" });
	await claims.getByRole("row", { name: /Model year 2017 2015 differs/ }).waitFor();
	await claims.getByRole("row", { name: /Make Toyota TOYOTA agrees/ }).waitFor();
});

test("a vehicle that somebody else changed is not written over", async () => {
	await page.keyboard.press("e");
	const form = page.getByRole("dialog");
	await form.getByRole("textbox", { name: "Plate" }).fill("MINE 1");
	const [v] = (await hub.api("GET", "/api/v1/vehicles")).items;
	await hub.api("POST", `/api/v1/vehicles/${v.id}/notes`, { text: "Timing cover seeps a little oil" });
	await form.getByRole("button", { name: "Save" }).click();
	await form.getByText("was changed meanwhile").waitFor();
	await form.getByRole("button", { name: "Load the newer version" }).click();
	assert.equal(await form.getByRole("textbox", { name: "Plate" }).inputValue(), "MINE 1");
	await form.getByRole("button", { name: "Save" }).click();
	await form.waitFor({ state: "detached" });
	const [now] = (await hub.api("GET", "/api/v1/vehicles")).items;
	assert.equal(now.plate, "MINE 1");
	assert.equal(now.notes.length, 1);
});

test("it is found again by its last six characters and by a word of a note", async () => {
	for (const [words, why] of [
		["226704", undefined],
		["seeps", "Timing cover"],
	]) {
		await page.goto(`${hub.run.url}/`);
		await page.getByRole("heading", { name: "What is this vehicle?" }).waitFor();
		await page.getByRole("searchbox", { name: "Search vehicles" }).fill(words);
		await page.getByText("1 vehicle matches").waitFor();
		if (why) await page.getByRole("table").getByText(why).waitFor();
		await page.getByRole("table").getByRole("link", { name: "2015 TOYOTA Camry" }).click();
		await page.getByRole("heading", { level: 1, name: "2015 TOYOTA Camry" }).waitFor();
	}
});

test("the briefing stands at once; a sentence opens its findings, a finding its record", async () => {
	await page.getByRole("tab", { name: "Insights" }).click();
	await briefing().getByText(/2017/).first().waitFor();
	const sentences = briefing().getByRole("button");
	const n = await sentences.count();
	assert.ok(n > 0, "the briefing has sentences");
	for (let i = 0; i < n; i++) {
		await sentences.nth(i).click();
		const evidence = page.getByRole("region", { name: "Evidence of the sentence" });
		await evidence.getByRole("listitem").first().waitFor();
		assert.equal(await sentences.nth(i).getAttribute("aria-expanded"), "true");
		await evidence.getByRole("button", { name: "Close" }).click();
	}
	const all = page.getByRole("region", { name: "All findings" });
	await all.getByRole("link", { name: /^reading of/ }).first().click();
	const here = page.getByRole("listitem").filter({ hasText: "this is the record" });
	await here.waitFor();
	assert.match(await here.textContent(), /90,001 km/);
	assert.equal(await here.evaluate((li) => document.activeElement === li), true, "the record has the focus");
	assert.equal(await here.evaluate((li) => li.getBoundingClientRect().bottom <= innerHeight), true, "and is in view");
});

const bin = process.env.HUBCAP_BIN ?? path.resolve(import.meta.dirname, "../build/bin/hubcap");
const withWorker = fs.existsSync(path.join(path.dirname(bin), "hubcap-worker"));

test(
	"the model's state turns to ready by itself, and its words replace the plain ones",
	{ skip: withWorker || process.env.HUBCAP_TEST_WORKER_REQUIRED ? false : "no model worker is built", timeout: 120_000 },
	async () => {
		await page.getByRole("status", { name: "Local model: model ready" }).waitFor({ timeout: 90_000 });
		await page.getByRole("tab", { name: "Insights" }).click();
		await page.getByText(/wording chosen by|worded by/i).waitFor({ timeout: 30_000 });
	},
);

test("a removed vehicle comes back with its records", async () => {
	await page.getByRole("button", { name: "More actions" }).click();
	await page.getByRole("menuitem", { name: "Remove this vehicle" }).click();
	await page.getByRole("heading", { name: "No vehicles yet" }).waitFor();
	await page.getByRole("alert").filter({ hasText: "was removed" }).getByRole("button", { name: "Undo" }).click();
	await page.getByRole("heading", { level: 1, name: "2015 TOYOTA Camry" }).waitFor();
	await page.getByRole("tab", { name: "Timeline" }).click();
	await page.getByRole("listitem").filter({ hasText: "90,001 km" }).waitFor();
});

test("a pasted list is saved in one go, and taken back in one", async () => {
	await page.goto(`${hub.run.url}/`);
	await page.getByRole("textbox", { name: "VIN" }).click();
	await page.evaluate(() => navigator.clipboard.writeText("1FTFW1EF0FF107919\n4T1BF1FK9FU226704, 5YJ3E1EB6K"));
	await page.keyboard.press("Control+V");
	await page.getByRole("heading", { name: /^3 VINs: 2 clean/ }).waitFor();
	await page.getByRole("button", { name: /^Save (all|the) \d/ }).click();
	// The one that is here already is not saved a second time.
	await page.getByRole("link", { name: "Open 4T1BF1FK9FU226704" }).waitFor();
	const toast = page.getByRole("alert").filter({ hasText: "2 vehicles saved." });
	await toast.waitFor();
	assert.equal((await hub.api("GET", "/api/v1/vehicles")).items.length, 3);
	await toast.getByRole("button", { name: "Undo" }).click();
	await page.getByText("Taken back.").waitFor();
	assert.equal((await hub.api("GET", "/api/v1/vehicles")).items.length, 1);
});

test("the sample fleet comes and goes with one click, and its removal can be undone", async () => {
	const [v] = (await hub.api("GET", "/api/v1/vehicles")).items;
	await page.goto(`${hub.run.url}/vehicles/${v.id}`);
	await page.getByRole("button", { name: "More actions" }).click();
	await page.getByRole("menuitem", { name: "Remove this vehicle" }).click();
	await page.getByRole("button", { name: "Load the sample fleet" }).click();
	const table = page.getByRole("table", { name: "Vehicles" });
	await table.getByRole("link").first().waitFor();
	// Live updates show the first ones while the others still come: the removal waits for those.
	await page.getByRole("button", { name: "Remove the sample fleet" }).click();
	await page.getByRole("heading", { name: "No vehicles yet" }).waitFor();
	const toast = page.getByRole("alert").filter({ hasText: "sample vehicles removed." });
	const removed = Number((await toast.textContent()).match(/(\d+) sample vehicles removed/)[1]);
	assert.ok(removed >= 55, `${removed} vehicles were removed`);
	await toast.getByRole("button", { name: "Undo" }).click();
	await table.getByRole("link").first().waitFor();
	await until(
		async () => (await hub.api("GET", "/api/v1/vehicles?limit=100")).items.length === removed,
		"the whole fleet to be back",
	);
});

test("nothing was asked of any other machine, and nothing went wrong in the page", () => {
	assert.deepEqual(page.outside, []);
	// The browser itself logs the refused write of the conflict above.
	assert.deepEqual(page.faults.filter((f) => !/status of 412/.test(f)), []);
});
