// The list of vehicles: columns, several sorts, filters, views, ranges, one
// change of many with one undo, export of what is shown; recalls and fuel
// economy of a model.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, looks, open, until } from "./hub.mjs";

let b;
let hub;
let page;
const text = (t, o) => page.getByText(t, o);
const button = (name, o) => page.getByRole("button", { name, ...o });
const table = () => page.getByRole("table", { name: "Vehicles" });
const row = (i) => table().locator(`[data-index="${i}"]`);

before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start({ sample: true })]);
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, welcomed: true });
	page = await open(b, hub);
	await page.goto(`${hub.run.url}/vehicles`);
	await row(0).getByRole("link").waitFor();
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

test("columns are chosen, and the address keeps them", async () => {
	await button("Columns").click();
	await page.getByRole("checkbox", { name: "Body" }).check();
	await page.getByRole("checkbox", { name: "Changed" }).uncheck();
	await page.keyboard.press("Escape");
	await table().getByRole("columnheader", { name: "Body" }).waitFor();
	await table().getByRole("columnheader", { name: "Changed" }).waitFor({ state: "detached" });
	await page.reload();
	await table().getByRole("columnheader", { name: "Body" }).waitFor();
});

test("a click on a head sorts, and one with Shift sorts within", async () => {
	const head = (name) => table().getByRole("columnheader", { name });
	const press = (name, o) => head(name).getByRole("button").click(o);
	await press("Stage");
	await table().locator('[aria-sort="ascending"]', { hasText: "Stage" }).waitFor();
	await press("Odometer", { modifiers: ["Shift"] });
	await press("Odometer", { modifiers: ["Shift"] });
	await table().locator('[aria-sort="descending"]', { hasText: "Odometer" }).waitFor();
	await page.waitForURL((u) => u.searchParams.get("sort")?.includes("stage,-odometer"));
	const want = (await hub.api("GET", "/api/v1/search?sort=stage,-odometer&limit=3")).items.map((i) => i.vehicle.vin);
	await until(async () => (await row(2).textContent()).replaceAll(/\s/g, "").includes(want[2]), "the third row to be the hub's third");
});

test("filters narrow the list and can be taken away", async () => {
	await button("Filters").click();
	const panel = page.getByRole("dialog", { name: "Narrow the list by values" });
	await panel.getByRole("group", { name: "Stage" }).getByText("Listed", { exact: true }).click();
	await page.waitForURL((u) => u.searchParams.get("q") === "stage:listed");
	await looks(page, "fleet-filters");
	await panel.getByRole("button", { name: "Close" }).click();
	await button("1 filter").waitFor();
	await text(/^\d+ vehicles match$/).waitFor();
});

test("a view is saved, opened and removed", async () => {
	await button("Views").click();
	await page.getByRole("menuitem", { name: "Save this view" }).click();
	const form = page.getByRole("dialog", { name: "Save this view" });
	await form.getByRole("textbox", { name: "Name of the view" }).fill("For sale");
	await form.getByRole("button", { name: "Save" }).click();
	await text("View “For sale” saved.").waitFor();
	await page.goto(`${hub.run.url}/vehicles`);
	await row(0).getByRole("link").waitFor();
	await button("Views").click();
	await page.getByRole("menuitem", { name: "For sale" }).click();
	await page.waitForURL((u) => u.searchParams.get("q") === "stage:listed" && u.searchParams.get("sort")?.includes("stage,-odometer"));
	await table().getByRole("columnheader", { name: "Body" }).waitFor();
	await button("Views").click();
	await button("Remove view For sale").click();
	await text("View “For sale” removed.").waitFor();
	await page.keyboard.press("Escape");
});

test("a range is selected with Shift, changed as one, and taken back as one", async () => {
	await page.goto(`${hub.run.url}/vehicles?sort=-year`);
	await row(4).getByRole("link").waitFor();
	await row(0).getByRole("checkbox").check();
	await row(4).click({ modifiers: ["Shift"], position: { x: 300, y: 20 } });
	await text("5 vehicles selected").waitFor();
	await looks(page, "fleet-selected");
	await button("Edit", { exact: true }).click();
	const form = page.getByRole("dialog", { name: "Change 5 vehicles" });
	await form.getByRole("combobox", { name: "Stage" }).selectOption("Sold");
	await form.getByRole("textbox", { name: "Add tags" }).fill("tuesday, lot 5");
	await form.getByRole("textbox", { name: "Own field" }).fill("Lane");
	await form.getByRole("textbox", { name: "Its text" }).fill("B12");
	await looks(page, "fleet-edit");
	await form.getByRole("button", { name: "Change them" }).click();
	await text("5 vehicles changed.").waitFor();
	await until(async () => (await hub.api("GET", "/api/v1/search?q=tag:tuesday%20stage:sold&limit=1")).total === 5, "five to be changed");
	await button("Columns").click();
	await page.getByRole("checkbox", { name: "Lane" }).check();
	await page.keyboard.press("Escape");
	await table().getByRole("columnheader", { name: "Lane" }).waitFor();
	await text("B12").first().waitFor();
	await button("Undo").last().click();
	await text("Taken back").last().waitFor();
	await until(async () => (await hub.api("GET", "/api/v1/search?q=tag:tuesday&limit=1")).total === 0, "nothing to be changed");
});

test("all that match are selected at once", async () => {
	await page.goto(`${hub.run.url}/vehicles?q=stage:sold`);
	await row(0).getByRole("link").waitFor();
	await page.getByRole("checkbox", { name: /^Select all/ }).check();
	await text(/selected, all that match$/).waitFor();
	await button("Clear the selection").click();
	await text(/selected, all that match$/).waitFor({ state: "detached" });
});

test("the export is what the list shows", async () => {
	await page.goto(`${hub.run.url}/vehicles?q=stage:sold&sort=year`);
	await row(0).getByRole("link").waitFor();
	const file = async (name) => {
		await button("Export").click();
		const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name, exact: true }).click()]);
		return fs.readFileSync(await download.path());
	};
	const lines = (await file("CSV, for spreadsheets")).toString().trim().split("\n");
	assert.match(lines[0], /^VIN,stock,plate,odometer \(mi\),stage,asking,location,changed/);
	const { total } = await hub.api("GET", "/api/v1/search?q=stage:sold&limit=1");
	assert.equal(lines.length, total + 1);
	assert.equal((await file("XLSX, for Excel")).subarray(0, 2).toString(), "PK");
	assert.equal(JSON.parse(await file("JSON")).length, total);
});

test("recalls and fuel economy are brought in, shown with the model, and taken away", async () => {
	const testdata = path.resolve(import.meta.dirname, "../backend/reference/testdata");
	await page.goto(`${hub.run.url}/settings#reference`);
	const part = page.getByRole("region", { name: "Recalls and fuel economy" });
	await part.getByText("Nothing was brought in yet").waitFor();
	const bring = async (name, shown) => {
		await part.locator('input[type="file"]').setInputFiles(path.join(testdata, name));
		await part.getByText(shown, { exact: true }).waitFor({ timeout: 60_000 });
		await until(async () => !(await part.getByRole("button", { name: "Bring in a file…" }).isDisabled()), "the import to end");
	};
	await bring("FLAT_RCL.sample.txt", "Recalls (NHTSA)");
	await bring("vehicles.sample.csv", "Fuel economy (EPA)");
	await looks(page, "settings-reference");

	const made = await hub.api("POST", "/api/v1/vehicles", { vin: "1FTFW1EF0FF107919" });
	await page.goto(`${hub.run.url}/vehicles/${made.id}`);
	const card = page.getByRole("region", { name: "Recalls and fuel economy" });
	await card.getByText("2 recalls of this model and year").waitFor();
	await card.getByText(/confirm by VIN/).waitFor();
	await card.getByText("Service brakes, hydraulic").click();
	await card.getByText(/the brake fluid may leak/).waitFor();
	await card.getByText("Do not drive").waitFor();
	await card.getByText(/mpg/).first().waitFor();
	await looks(page, "vehicle-recalls");

	await page.goto(`${hub.run.url}/settings#reference`);
	await part.getByRole("button", { name: "Remove Recalls (NHTSA)" }).click();
	await part.getByText("Recalls (NHTSA)", { exact: true }).waitFor({ state: "detached" });
	await part.locator('input[type="file"]').setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from("VIN\n1\n") });
	await part.getByText(/neither NHTSA.s recalls/).waitFor({ timeout: 60_000 });
});

test("a vehicle that was sold comes back, and two records of one are merged", async () => {
	const vin = "4T1BF1FK9FU226704";
	await page.goto(`${hub.run.url}/vehicles`);
	const first = await hub.api("POST", "/api/v1/vehicles", { vin, stage: "sold", plate: "OLD 1", stock: "T-1", soldFor: { minor: 1_590_000, currency: "USD" }, reached: { bought: "2026-01-05", sold: "2026-03-01" }, fields: { Lane: "B12" } });
	await hub.api("POST", `/api/v1/vehicles/${first.id}/notes`, { text: "a dent in the left door" });
	await page.goto(`${hub.run.url}/?vin=${vin}`);
	await text(/^Already here:/).waitFor();
	await button("Open it").waitFor();
	await button("It came back: save it anew").click();
	await page.waitForURL(/\/vehicles\/[0-9a-f-]{36}/);
	const others = page.getByRole("region", { name: "This VIN in other records" });
	await others.getByRole("link", { name: "Sold Mar 1, 2026" }).waitFor();
	await looks(page, "vehicle-lives");

	await button("Edit", { exact: true }).click();
	const edit = page.getByRole("dialog", { name: /^Edit/ });
	await edit.getByRole("textbox", { name: "Plate" }).fill("NEW 2");
	await edit.getByRole("textbox", { name: "Color" }).fill("Silver");
	await edit.getByRole("button", { name: "Add a field" }).click();
	await edit.getByRole("textbox", { name: "Name of own field 1" }).fill("Bay");
	await edit.getByRole("textbox", { name: "Text of Bay" }).fill("7");
	await looks(page, "vehicle-edit");
	await edit.getByRole("button", { name: "Save" }).click();
	await edit.waitFor({ state: "detached" });
	const life = page.getByRole("region", { name: "Life here" });
	await life.getByText("Bay").waitFor();

	await others.getByRole("button", { name: /^Merge the record of/ }).click();
	const merge = page.getByRole("dialog", { name: "Make one of two records" });
	await merge.getByRole("radio", { name: "the other: OLD 1" }).check();
	await looks(page, "vehicle-merge");
	await merge.getByRole("button", { name: "Merge" }).click();
	await text(/^The other record was merged into/).waitFor();
	await others.waitFor({ state: "detached" });
	await text("a dent in the left door").first().waitFor();
	await life.getByText("B12").waitFor();
	const merged = await hub.api("GET", `/api/v1/vehicles?vin=${vin}`);
	assert.equal(merged.items.length, 1);
	assert.equal(merged.items[0].plate, "OLD 1");
	await button("Undo").last().click();
	await others.getByRole("link", { name: "Sold Mar 1, 2026" }).waitFor();
});

test("nothing went wrong, and nothing was asked for outside", () => {
	assert.deepEqual(page.outside, []);
	assert.deepEqual(
		page.faults.filter((f) => !f.includes("401")),
		[],
	);
});
