// The main job without a pointer: every step by keys alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, Hub, open } from "./hub.mjs";

let b;
let hub;
let page;

before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, welcomed: true });
	page = await open(b, hub);
	await page.getByRole("textbox", { name: "VIN" }).waitFor();
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

const press = (...keys) => keys.reduce((p, k) => p.then(() => page.keyboard.press(k)), Promise.resolve());

/** Presses Tab until what has the focus is what is meant. */
async function tabTo(locator, most = 60) {
	await locator.waitFor();
	for (let i = 0; i < most; i++) {
		if (await locator.evaluate((el) => el === document.activeElement)) return;
		await page.keyboard.press("Tab");
	}
	assert.fail(`${locator} was not reached by ${most} times Tab`);
}

test("a VIN is typed, decoded and saved", async () => {
	await page.keyboard.type("4t1bf1fk9fu226704");
	await press("Enter");
	await page.getByRole("region", { name: "Result for 4T1BF1FK9FU226704" }).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), "vin", "the box keeps the focus for the next scan");
	await tabTo(page.getByRole("button", { name: "Save vehicle" }));
	await press("Enter");
	const heading = page.getByRole("heading", { level: 1, name: "2015 TOYOTA Camry" });
	await heading.waitFor();
	assert.equal(await heading.evaluate((h) => h === document.activeElement), true, "the focus begins at the heading");
});

test("it is edited, and letters in a field are letters", async () => {
	await press("e");
	const stock = page.getByRole("dialog").getByRole("textbox", { name: "Stock number" });
	await stock.waitFor();
	await page.waitForFunction((el) => el === document.activeElement, await stock.elementHandle());
	await page.keyboard.type("end/j");
	await press("Enter");
	await page.getByRole("dialog").waitFor({ state: "detached" });
	assert.equal((await hub.api("GET", "/api/v1/vehicles")).items[0].stock, "end/j");
});

test("a record is added", async () => {
	await tabTo(page.getByRole("button", { name: "Add record" }));
	await press("Enter");
	await page.getByRole("menuitem", { name: "Service" }).waitFor();
	await press("ArrowDown", "ArrowDown", "ArrowDown");
	await tabTo(page.getByRole("menuitem", { name: "Odometer reading" }), 1);
	await press("Enter");
	const odometer = page.getByRole("textbox", { name: /^Odometer/ });
	await odometer.waitFor();
	await page.waitForFunction((el) => el === document.activeElement, await odometer.elementHandle());
	await page.keyboard.type("51473");
	await press("Enter");
	await page.getByText("Odometer reading saved.").waitFor();
	await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("it is found again and opened", async () => {
	await press("/");
	await page.keyboard.type("226704");
	await page.getByText("1 vehicle matches").waitFor();
	// Out of the box, then down the list.
	await press("Tab");
	await press("j", "Enter");
	await page.getByRole("heading", { level: 1, name: "2015 TOYOTA Camry" }).waitFor();
});

test("a sentence of the briefing opens, and its finding leads to the record", async () => {
	await tabTo(page.getByRole("tab", { name: "Overview" }));
	await press("ArrowRight", "ArrowRight", "ArrowRight");
	const sentence = page.getByTestId("briefing").getByRole("button").first();
	await tabTo(sentence);
	await press("Space");
	await page.getByRole("region", { name: "Evidence of the sentence" }).waitFor();
	await press("Escape");
	await page.getByRole("region", { name: "Evidence of the sentence" }).waitFor({ state: "detached" });
	await tabTo(page.getByRole("region", { name: "All findings" }).getByRole("link", { name: /^reading of/ }).first());
	await press("Enter");
	await page.getByRole("listitem").filter({ hasText: "this is the record" }).waitFor();
});

test("the sheet of keys opens and closes", async () => {
	await press("?");
	const sheet = page.getByRole("dialog", { name: "Keys" });
	await sheet.getByRole("rowheader", { name: "/" }).waitFor();
	await press("Escape");
	await sheet.waitFor({ state: "detached" });
	assert.deepEqual(page.faults, []);
});
