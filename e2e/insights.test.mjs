// What stands behind a briefing, and what a pasted text becomes: findings
// explained, notes quoted, an invoice read into a service, a kind of work
// suggested; the hub examined, and its VIN data.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, Hub, looks, open } from "./hub.mjs";

let b;
let hub;
let page;
let id;

before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start({ sample: true })]);
	const list = (await hub.api("GET", "/api/v1/vehicles?limit=60")).items;
	id = list.find((v) => v.title.includes("Camry")).id;
	for (const text of ["Timing cover seeps a little oil at idle.", "Front pads are worn down to two millimetres."])
		await hub.api("POST", `/api/v1/vehicles/${id}/notes`, { text });
	page = await open(b, hub);
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

const look = (name) => looks(page, name);

test("a finding is explained in place, by keyboard, with its records as links", async () => {
	await page.goto(`${hub.run.url}/vehicles/${id}?tab=insights`);
	const all = page.getByRole("region", { name: "All findings" });
	const explain = all.getByRole("listitem").filter({ hasText: "Last reading" }).getByRole("button", { name: /^Explain/ }).first();
	await explain.focus();
	await page.keyboard.press("Enter");
	const said = all.getByRole("region", { name: /^Explanation/ });
	await said.getByText("How it was found").waitFor();
	await said.getByText("Worded by rules from the records. No AI.").waitFor();
	await look("explain");
	await said.getByRole("link", { name: /odometer reading/ }).first().click();
	await page.getByText("this is the record").waitFor();
});

test("the notes are quoted, and each quote opens its record", async () => {
	await page.goto(`${hub.run.url}/vehicles/${id}?tab=insights`);
	const notes = page.getByRole("region", { name: "What the notes say" });
	await notes.getByRole("button", { name: "Summarise the notes" }).click();
	await notes.getByText(/chosen by rules\. No AI|chose which/).waitFor();
	await look("summary");
	await notes.getByRole("link").first().click();
	await page.getByText("this is the record").waitFor();
});

const invoice = `Müller's Garage
12 Main Street, Springfield
Invoice No. 48213
Date: 03/14/2026
Mileage: 84,120 mi
Engine oil change with filter
Labor 40.00
Total due: $112.40`;

test("an invoice is pasted, read and saved as a service", async () => {
	await page.goto(`${hub.run.url}/vehicles/${id}`);
	await page.getByRole("button", { name: "Add record" }).click();
	await page.getByRole("menuitem", { name: "Paste an invoice…" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("button", { name: "Read it" }).click();
	await dialog.getByText("Paste the text of the invoice first.").waitFor();
	const box = dialog.getByRole("textbox", { name: "Text of the invoice" });
	await box.fill("hello there");
	await page.keyboard.press("Control+Enter");
	await dialog.getByText("Nothing in this text looks like an invoice").waitFor();
	await box.fill(invoice);
	await page.keyboard.press("Control+Enter");
	await dialog.getByRole("combobox", { name: "What was done" }).waitFor();
	assert.equal(await dialog.getByRole("combobox", { name: "What was done" }).inputValue(), "oil");
	assert.match(await dialog.getByRole("textbox", { name: /^Odometer/ }).inputValue(), /^84120$/);
	await dialog.getByRole("textbox", { name: /^Odometer/ }).focus();
	await dialog.locator("mark[data-here]").filter({ hasText: "84,120" }).waitFor();
	await look("invoice");
	const date = dialog.getByLabel("Date", { exact: false }).first();
	if ((await date.inputValue()) === "") await dialog.getByRole("button", { name: /^Take “Mar 14, 2026”/ }).click();
	await dialog.getByRole("button", { name: "Save" }).click();
	await dialog.waitFor({ state: "hidden" });
	await page.getByRole("alert").filter({ hasText: "Service saved." }).getByRole("button", { name: "Undo" }).waitFor();
	const { services } = await hub.api("GET", `/api/v1/vehicles/${id}/history`);
	const [s] = services.filter((x) => x.record.date === "2026-03-14");
	assert.equal(s.record.items[0].kind, "oil");
	assert.equal(s.record.odometer.value, "84120");
});

test("what can be read in two ways is a person's to decide, by the text", async () => {
	await page.goto(`${hub.run.url}/vehicles/${id}?add=invoice`);
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("textbox", { name: "Text of the invoice" }).fill("Oak Garage\nDate: 03/04/2026\nOil change\nTotal 112.40");
	await page.keyboard.press("Control+Enter");
	const april = dialog.getByRole("button", { name: "Take “Apr 3, 2026”" });
	await april.waitFor();
	await dialog.getByRole("button", { name: "Take “Mar 4, 2026”" }).waitFor();
	const date = dialog.getByLabel("Date", { exact: false }).first();
	assert.equal(await date.inputValue(), "", "nothing is guessed");
	await april.focus();
	await dialog.locator("mark[data-here]").filter({ hasText: "03/04/2026" }).waitFor();
	await look("invoice-open");
	await april.focus();
	await page.keyboard.press("Enter");
	await dialog.getByRole("button", { name: "Take “Apr 3, 2026”", pressed: true }).waitFor();
	await dialog.getByRole("button", { name: "Take “Mar 4, 2026”", pressed: false }).waitFor();
	assert.match(await date.inputValue(), /2026-04-03|Apr/);
	await page.keyboard.press("Escape");
	await dialog.waitFor({ state: "hidden" });
});

test("a note is suggested a kind of work, and nothing is set by itself", async () => {
	await page.goto(`${hub.run.url}/vehicles/${id}`);
	await page.getByRole("textbox", { name: "New note" }).fill("Brake pads in front worn to 2 mm");
	await page.getByRole("button", { name: /^Enter it as a service: brake/ }).click();
	const dialog = page.getByRole("dialog");
	assert.equal(await dialog.getByRole("combobox", { name: "What was done" }).inputValue(), "brakes");
	assert.match(await dialog.getByRole("textbox", { name: "Note" }).inputValue(), /^Brake pads/);
	await dialog.getByRole("button", { name: "Cancel" }).click();
	assert.equal(await page.getByRole("textbox", { name: "New note" }).inputValue(), "Brake pads in front worn to 2 mm");
});

test("the hub is examined, part by part", async () => {
	await page.goto(`${hub.run.url}/settings`);
	const doctor = page.getByRole("region", { name: "Examine this hub" });
	await doctor.getByRole("button", { name: "Examine" }).click();
	await doctor.getByRole("button", { name: "Save as JSON" }).waitFor({ timeout: 60_000 });
	assert.ok((await doctor.getByRole("listitem").count()) > 3);
	await look("doctor");
});

test("a file that is no release is refused, and what is in use stays", async () => {
	await page.goto(`${hub.run.url}/settings`);
	const vpic = page.getByRole("region", { name: "VIN data" });
	await vpic.getByText(/^Release \d{4}-\d\d, built in/).waitFor();
	await vpic.locator('input[type="file"]').setInputFiles({ name: "vPICList_lite_2026_11.plain.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") });
	await vpic.getByText("The release was not brought in").waitFor({ timeout: 30_000 });
	await look("vpic");
	await page.goto(`${hub.run.url}/vpic/changes`);
	await page.getByText("Every saved vehicle reads as it is saved").waitFor();
	await look("changes");
});

test("nothing was asked of any other machine, and nothing went wrong in the page", async () => {
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults.filter((f) => !/status of 4/.test(f)), []);
});
