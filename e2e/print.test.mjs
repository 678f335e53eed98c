// Printed matter: a sticker in two clicks, labels of a selection, the sheets
// of a list, and many stickers as one job; with the network blocked.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { browser, Hub, looks, open, until } from "./hub.mjs";

let b;
let hub;
before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start({ sample: true })]);
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, welcomed: true });
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

/** What a click saves: its name and bytes. */
async function saves(page, act) {
	const coming = page.waitForEvent("download", { timeout: 60_000 });
	await act();
	const file = await coming;
	return { name: file.suggestedFilename(), bytes: fs.readFileSync(await file.path()) };
}

function isPDF(file, pages) {
	assert.equal(file.bytes.subarray(0, 5).toString("latin1"), "%PDF-", file.name);
	const text = file.bytes.toString("latin1");
	assert.match(text, /\/Lang/);
	assert.match(text, /\/Title/);
	if (pages !== undefined) assert.match(text, new RegExp(`/Count ${pages}\\b`), `${pages} pages`);
}

test("a sticker in two clicks; the paper is remembered; a label with a bar code", async () => {
	const page = await open(b, hub);
	const [v] = (await hub.api("GET", "/api/v1/vehicles?limit=1")).items;
	await page.goto(`${hub.run.url}/vehicles/${v.id}`);
	await page.getByRole("button", { name: "Print", exact: true }).click();
	let sticker = await saves(page, () => page.getByRole("menuitem", { name: "Window sticker" }).click());
	assert.equal(sticker.name, "hubcap-sticker.pdf");
	isPDF(sticker, 1);
	assert.match(sticker.bytes.toString("latin1"), /MediaBox \[0 0 612\.00 792\.00\]/, "Letter for dollars");

	await page.getByRole("button", { name: "Print", exact: true }).click();
	await page.getByRole("menuitemradio", { name: "A4" }).click();
	await page.getByRole("menuitemradio", { name: "A4", checked: true }).waitFor();
	await until(async () => (await hub.api("GET", "/api/v1/preferences")).paper === "a4", "the paper to be kept");
	sticker = await saves(page, () => page.getByRole("menuitem", { name: "Window sticker" }).click());
	assert.match(sticker.bytes.toString("latin1"), /MediaBox \[0 0 595\.28 841\.89\]/, "A4 when it was chosen");

	await page.getByRole("button", { name: "Print", exact: true }).click();
	await page.getByRole("menuitem", { name: "Label…" }).click();
	const dialog = page.getByRole("dialog", { name: "Print a label" });
	await until(async () => (await dialog.getByRole("combobox", { name: "Labels" }).inputValue()).includes("L7160"), "the sheet for A4");
	await dialog.getByRole("radio", { name: /Code 128/ }).check();
	await dialog.getByRole("textbox", { name: "Begin at label" }).fill("4");
	await looks(page, "print-labels");
	const label = await saves(page, () => dialog.getByRole("button", { name: "Make the PDF" }).click());
	isPDF(label, 1);
	await until(async () => (await hub.api("GET", "/api/v1/preferences")).labels === "L7160", "the sheet to be kept");
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("many stickers are one job: progress, one PDF and a ZIP, kept for a while", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("checkbox", { name: /^Select all/ }).check();
	await page.getByText(/selected, all that match$/).waitFor();
	await page.getByRole("button", { name: "Print", exact: true }).click();
	await page.getByRole("menuitem", { name: /window stickers/ }).click();
	const dialog = page.getByRole("dialog", { name: /^Print \d+ stickers/ });
	await dialog.getByText(/are ready/).waitFor({ timeout: 60_000 });
	const n = Number((await dialog.getByText(/are ready/).textContent()).match(/\d+/)[0]);
	assert.ok(n > 20, `${n} stickers`);
	await looks(page, "print-job");
	isPDF(await saves(page, () => dialog.getByRole("button", { name: "Save the PDF" }).click()), n);
	const zip = await saves(page, () => dialog.getByRole("button", { name: "Save a ZIP of single files" }).click());
	assert.equal(zip.bytes.subarray(0, 2).toString(), "PK");
	const [job] = (await hub.api("GET", "/api/v1/jobs?which=ended")).items.filter((j) => j.kind === "print");
	assert.deepEqual(job.result, { what: "stickers", printed: n, forms: ["pdf", "zip"] });
	assert.ok(fs.existsSync(`${hub.dir}/printed/${job.id}.pdf`));
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a list's buy/pass sheet as it is shown, and the report for the seller", async () => {
	const page = await open(b, hub);
	const made = await hub.api("POST", "/api/v1/intakes", { name: "Friday" });
	await fetch(`${hub.run.url}/api/v1/intakes/${made.id}/files?name=friday.csv`, {
		method: "PUT",
		headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/octet-stream" },
		body: "Lot,VIN,Year,Make,Model,Price\n1,4T1BF1FK1FU300002,2015,Toyota,Corolla,$9000\n2,1FTEW1EG5FFB12345,2015,Ford,F-150,$12000\n",
	});
	await page.goto(`${hub.run.url}/lists/${made.id}`);
	await page.getByRole("status").filter({ hasText: "2 rows checked" }).waitFor();
	const menu = page.getByRole("button", { name: "Print", exact: true });
	await menu.click();
	const sheet = await saves(page, () => page.getByRole("menuitem", { name: /Buy\/pass sheet/ }).click());
	assert.equal(sheet.name, "Friday-buy-pass.pdf");
	isPDF(sheet, 1);
	await menu.click();
	const report = await saves(page, () => page.getByRole("menuitem", { name: /Discrepancy report/ }).click());
	assert.equal(report.name, "Friday-discrepancies.pdf");
	isPDF(report);
	await menu.click();
	assert.equal(await page.getByRole("menuitem", { name: /Stickers of what/ }).count(), 0, "nothing was taken in yet");
	await page.keyboard.press("Escape");

	const { id } = await hub.api("POST", `/api/v1/intakes/${made.id}/commit`, { statuses: ["ready", "mismatch", "fixable", "invalid"] });
	await until(async () => (await hub.api("GET", `/api/v1/jobs/${id}`)).state === "done", "the list to be taken in");
	await page.reload();
	await page.getByRole("status").filter({ hasText: "rows checked" }).waitFor();
	await menu.click();
	await page.getByRole("menuitem", { name: "Stickers of what was taken in" }).click();
	const dialog = page.getByRole("dialog", { name: "Print stickers of Friday" });
	await dialog.getByText(/ready/).waitFor({ timeout: 60_000 });
	isPDF(await saves(page, () => dialog.getByRole("button", { name: "Save the PDF" }).click()));
	assert.deepEqual(page.faults, []);
	await page.context().close();
});
