// The main job in a real browser with the network blocked: a VIN in, what it
// is, saved, found again, and what is known of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, Hub, open } from "./hub.mjs";

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

test("the first start checks the data and ends at the first VIN", async () => {
	await page.getByRole("heading", { name: "Welcome to Hubcap" }).waitFor();
	await page.getByText("Kilometres").click();
	await page.getByRole("button", { name: "Next" }).click();
	await page.getByText("all 20 test VINs decode").waitFor();
	await page.getByRole("button", { name: "Next" }).click();
	await page.getByRole("button", { name: "Decode a VIN" }).click();
	await page.getByRole("heading", { name: "What is this vehicle?" }).waitFor();
	assert.equal((await hub.api("GET", "/api/v1/preferences")).distance, "km");
});

test("a VIN typed by a person says what the vehicle is", async () => {
	await page.getByRole("textbox", { name: "VIN" }).fill("4t1bf1fk9fu226704");
	await page.getByText("17 characters, check digit right.").waitFor();
	await page.keyboard.press("Enter");
	const card = page.getByRole("region", { name: "Result for 4T1BF1FK9FU226704" });
	await card.getByRole("heading", { name: "2015 TOYOTA Camry" }).waitFor();
	await card.getByText("Sedan/Saloon").first().waitFor();
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

test("nothing was asked of any other machine, and nothing went wrong in the page", () => {
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
});
