// The main job without a pointer: every step by keys alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, Hub, open, until } from "./hub.mjs";

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

/** Presses a key until what has the focus is what is meant. */
async function keyTo(key, locator, most) {
	await locator.waitFor();
	for (let i = 0; i < most; i++) {
		if (await locator.evaluate((el) => el === document.activeElement)) return;
		await page.keyboard.press(key);
	}
	assert.fail(`${locator} was not reached by ${most} times ${key}`);
}

const tabTo = (locator, most = 60) => keyTo("Tab", locator, most);

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
	// The menu takes the keys once it has the focus, which a busy machine may need a moment for.
	await keyTo("ArrowDown", page.getByRole("menuitem", { name: "Odometer reading" }), 8);
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
	await press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
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

test("the palette finds the vehicle by its note, adds a record, and goes anywhere", async () => {
	const id = (await hub.api("GET", "/api/v1/vehicles")).items[0].id;
	await hub.api("POST", `/api/v1/vehicles/${id}/notes`, { text: "a rattle behind the glove box" });
	const box = page.getByRole("combobox", { name: "Find or do anything" });
	const openPalette = async () => {
		await press("Control+k");
		await box.waitFor();
		await page.waitForFunction((el) => el === document.activeElement, await box.elementHandle());
	};
	await openPalette();
	await page.keyboard.type("rattle");
	await page.getByRole("group", { name: "Notes" }).getByRole("option").getByText("rattle").waitFor();
	assert.equal(
		await box.evaluate((el) => document.getElementById(el.getAttribute("aria-activedescendant"))?.getAttribute("aria-selected")),
		"true",
		"a screen reader is told which option is chosen",
	);
	await press("Escape");
	await box.waitFor({ state: "detached" });

	await openPalette();
	await page.keyboard.type("fuel 226704");
	await page.getByRole("option", { name: /Add fuel to 2015 TOYOTA Camry/ }).waitFor();
	await press("Enter");
	await page.getByRole("dialog", { name: "Fuel" }).waitFor();
	await press("Escape");
	await page.getByRole("dialog", { name: "Fuel" }).waitFor({ state: "detached" });

	await openPalette();
	await page.keyboard.type("1FTFW1EF0FF107919");
	await page.getByRole("option", { name: "Decode 1FTFW1EF0FF107919" }).waitFor();
	await press("Enter");
	await page.getByRole("region", { name: "Result for 1FTFW1EF0FF107919" }).waitFor();

	await openPalette();
	await page.keyboard.type("currency");
	await page.getByRole("option", { name: /Currency/ }).waitFor();
	await press("Enter");
	await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
	await page.waitForFunction(() => document.activeElement?.id === "setting-currency");
});

test("settings are changed and found by keys alone, and every page follows", async () => {
	await press("g", "v");
	await page.getByRole("heading", { level: 1, name: "Vehicles" }).waitFor();
	await press("g", "s");
	await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
	await tabTo(page.getByRole("searchbox", { name: "Find a setting" }));
	await page.keyboard.type("km");
	await page.getByRole("combobox", { name: "Language" }).waitFor({ state: "detached" });
	await tabTo(page.getByRole("combobox", { name: "Distance" }));
	await press("ArrowDown");
	await page.waitForFunction(() => document.querySelector('select[aria-labelledby="title-distance"]').value === "km");
	await until(async () => (await hub.api("GET", "/api/v1/preferences")).distance === "km", "the hub to know");
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("table").getByRole("link").first().click();
	await page.getByText(/82,838 km on/).first().waitFor();
});

test("an operator completes itself", async () => {
	await press("/");
	await page.keyboard.type("mak");
	await page.getByRole("option", { name: /make:/ }).waitFor();
	await press("ArrowDown", "Enter");
	await page.getByRole("option", { name: /make:toyota/ }).waitFor();
	await press("ArrowDown", "Enter");
	await page.getByText("1 vehicle matches").waitFor();
	await press("Escape");
});

test("rows are selected with x", async () => {
	await page.evaluate(() => document.activeElement.blur());
	await press("j", "x");
	await page.getByText("1 vehicle selected").waitFor();
	await press("x");
	await page.getByText("1 vehicle selected").waitFor({ state: "detached" });
});

test("single keys can be switched off, and the palette still opens", async () => {
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, shortcuts: false });
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("table").getByRole("link").first().waitFor();
	await press("?");
	await press("Control+k");
	await page.getByRole("dialog", { name: "Find or do anything" }).waitFor();
	assert.equal(await page.getByRole("dialog").count(), 1);
	await press("Escape");
	await hub.api("PUT", "/api/v1/preferences", { ...p, shortcuts: true });
	await page.reload();
	await page.getByRole("table").getByRole("link").first().waitFor();
});

test("the sheet of keys opens and closes", async () => {
	await press("?");
	const sheet = page.getByRole("dialog", { name: "Keys" });
	await sheet.getByRole("rowheader", { name: "/" }).waitFor();
	await press("Escape");
	await sheet.waitFor({ state: "detached" });
	assert.deepEqual(page.faults, []);
});
