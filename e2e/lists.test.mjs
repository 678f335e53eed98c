// The dealer's evening: a list is dropped, its claims are held against the
// VINs, rows are corrected, the list is taken in and taken back; with the
// network blocked, and in a handful of clicks.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, looks, open, until } from "./hub.mjs";

let b;
let hub;
let dir;
before(async () => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-lists-"));
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, welcomed: true });
});
after(async () => {
	await b?.close();
	await hub?.remove();
	fs.rmSync(dir, { recursive: true, force: true });
});

const values = Object.fromEntries(
	[..."0123456789"].map((c) => [c, Number(c)]).concat(
		[..."ABCDEFGH"].map((c, i) => [c, i + 1]),
		[..."JKLMN"].map((c, i) => [c, i + 1]),
		[..."STUVWXYZ"].map((c, i) => [c, i + 2]),
		[["P", 7], ["R", 9]],
	),
);
const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** A stem with the right check digit at position 9 (49 CFR 565.15(c)). */
function vin(stem) {
	const sum = [...stem].reduce((n, c, i) => n + (c === "?" ? 0 : values[c]) * weights[i], 0) % 11;
	return stem.replace("?", sum === 10 ? "X" : String(sum));
}

const stems = [
	["4T1BF1FK?FU", "2015", "Toyota", "Camry", "SE"],
	["1FTEW1EF?FF", "2015", "Ford", "F150", "Crew Cab"],
	["5YJ3E1EA?KF", "2019", "Tesla", "Model 3", ""],
	["1HGCM826?3A", "2003", "Honda", "Accord", "EX"],
];

/** An honest list with three planted lies, a wrong VIN and a duplicate. */
function list(n) {
	const rows = [];
	for (let i = 0; i < n; i++) {
		const [stem, year, make, model, trim] = stems[i % stems.length];
		rows.push([i + 1, vin(`${stem}${200000 + i}`), year, make, model, trim, `"$${(5 + (i % 30)) * 500}"`, `${20000 + i * 211}`, "Clean"]);
	}
	rows[7][2] = "2005"; // a 2003 Accord
	rows[8][4] = "Corolla"; // a Camry
	rows[9][3] = "Chevrolet"; // a Ford
	rows[12][1] = `${rows[12][1].slice(0, 16)}${rows[12][1].endsWith("7") ? "4" : "7"}`;
	rows[20][1] = rows[16][1];
	return ["Run #,Serial No.,Yr,Make,Model,Trim,Start Bid,Miles,Title", ...rows.map((r) => r.join(","))].join("\n");
}

test("500 rows: dropped, checked, fixed, taken in and taken back in eight clicks", async () => {
	const file = path.join(dir, "tuesday.csv");
	fs.writeFileSync(file, list(500));
	const page = await open(b, hub);
	let clicks = 0;
	const click = async (what) => {
		clicks++;
		await what.click();
	};
	await click(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Lists" }));
	await page.getByText("No list has been checked yet.").waitFor();
	const choosing = page.waitForEvent("filechooser");
	await click(page.getByRole("button", { name: "Choose a file" }));
	await (await choosing).setFiles(file);

	// The check stands without a further click, the columns recognised.
	await page.getByRole("status").filter({ hasText: "500 rows checked" }).waitFor();
	const filters = page.getByRole("group", { name: "Rows by status" });
	await filters.getByRole("button", { name: "Mismatch 3" }).waitFor();
	await filters.getByRole("button", { name: "Fixable 1" }).waitFor();
	await filters.getByRole("button", { name: "Duplicate 1" }).waitFor();

	await click(filters.getByRole("button", { name: /Mismatch/ }));
	const table = page.getByRole("table", { name: "Check" });
	for (const said of ["2005", "Corolla", "Chevrolet"]) await table.getByText(said, { exact: true }).waitFor();
	await until(async () => (await table.getByRole("row").count()) === 4, "the three liars alone");

	await click(page.getByRole("button", { name: "Accept 1 suggestion" }));
	await page.getByText("1 VIN was replaced by the suggestion that stands out.").waitFor();
	await click(page.getByRole("button", { name: "Take in…" }));
	const dialog = page.getByRole("dialog", { name: "Take in tuesday.csv" });
	await click(dialog.getByRole("button", { name: "Take in 499 rows" }));
	const took = page.getByRole("alert").filter({ hasText: "499 new vehicles" });
	await took.waitFor({ timeout: 60_000 });
	await click(took.getByRole("button", { name: "Undo" }));
	await page.getByText("It was taken back.").waitFor({ timeout: 60_000 });
	await until(async () => (await hub.api("GET", "/api/v1/vehicles?limit=1")).items.length === 0, "no vehicle");
	assert.ok(clicks <= 8, `${clicks} clicks`);
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a row is opened, corrected, and the correction taken back", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/lists`);
	await page.getByRole("link", { name: "tuesday.csv" }).click();
	await page.getByRole("searchbox", { name: "Find in the list" }).fill("Corolla");
	const table = page.getByRole("table", { name: "Check" });
	await until(async () => (await table.getByRole("row").count()) === 2, "one row");
	await table.getByRole("button", { name: /^Row 9/ }).click();
	const row = page.getByRole("dialog", { name: "Row 9" });
	await row.getByText(/Corolla/).first().waitFor();
	await looks(page, "lists-row");
	const model = row.getByRole("textbox", { name: "Model: The list says" });
	await model.fill("Camry");
	await model.press("Enter");
	await page.getByText("Row 9 was checked again.").waitFor();
	await row.getByText("changed by you").waitFor();
	await row.getByText("Ready").waitFor();
	await page.getByRole("alert").filter({ hasText: "Row 9 was checked again." }).getByRole("button", { name: "Undo" }).click();
	await row.getByText("Mismatch").waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a suggestion that is used stands in the VIN's field, and the next row is the next one", async () => {
	const page = await open(b, hub);
	const wrong = (n) => {
		const right = vin(`4T1BF1FK?FU${310000 + n}`);
		return `${right.slice(0, 16)}${right.endsWith("7") ? "4" : "7"}`;
	};
	const made = await hub.api("POST", "/api/v1/intakes", { name: "Slips" });
	await fetch(`${hub.run.url}/api/v1/intakes/${made.id}/files?name=slips.csv`, {
		method: "PUT",
		headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/octet-stream" },
		body: ["VIN,Year,Make,Model", ...[1, 12, 23].map((n) => `${wrong(n)},2015,Toyota,Camry`), ",2012,Mazda,CX-5"].join("\n"),
	});
	await page.goto(`${hub.run.url}/lists/${made.id}?status=fixable`);
	await page.getByRole("button", { name: /^Row 1:/ }).click();
	const first = page.getByRole("dialog", { name: "Row 1" });
	const use = first.getByRole("button", { name: /^Use / }).first();
	const suggested = (await use.getAttribute("aria-label")).slice("Use ".length);
	await use.click();
	await page.getByText("Row 1 was checked again.").waitFor();
	const field = first.getByRole("textbox", { name: "VIN", exact: true });
	assert.equal(await field.inputValue(), suggested);
	assert.ok(await first.getByRole("button", { name: "Save", exact: true }).isDisabled(), "there is nothing to save");
	// The row has left what is shown: the one after it is not passed over.
	await page.getByRole("button", { name: /^Row 1:/ }).waitFor({ state: "detached" });
	await first.getByRole("button", { name: "Next row" }).click();
	const second = page.getByRole("dialog", { name: "Row 2" });
	await second.waitFor();
	// Who tabs from one field to the next keeps the place while the row is checked again.
	const year = second.getByRole("textbox", { name: "Model year: The list says" });
	await year.fill("2014");
	await year.press("Tab");
	await page.getByText("Row 2 was checked again.").waitFor();
	const make = second.getByRole("textbox", { name: "Make: The list says" });
	assert.ok(await make.evaluate((e) => e === document.activeElement), "the focus stays");
	await second.getByRole("button", { name: "Take your changes back" }).click();
	await until(async () => (await year.inputValue()) === "2015", "the list's own word");
	// Where the VIN says nothing, the list's words stand, as the list's.
	await page.goto(`${hub.run.url}/lists/${made.id}?status=invalid`);
	await page.getByText("“2012 Mazda CX-5”, says the list").waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("an amount that can't be read is no wish, and nothing is lost by it", async () => {
	const page = await open(b, hub);
	const made = await hub.api("POST", "/api/v1/intakes", { name: "Wishes" });
	await hub.api("PATCH", `/api/v1/intakes/${made.id}`, { wishes: { ceiling: { minor: 600_000, currency: "USD" } } });
	await page.goto(`${hub.run.url}/lists/${made.id}?step=files`);
	const most = page.getByRole("textbox", { name: /Most to pay/ });
	await most.fill("6k");
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByText("This is no amount.").waitFor();
	assert.equal((await hub.api("GET", `/api/v1/intakes/${made.id}`)).wishes.ceiling.minor, 600_000);
	await most.fill("7,000");
	await page.getByText("This is no amount.").waitFor({ state: "detached" });
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByText("Saved.").waitFor();
	assert.equal((await hub.api("GET", `/api/v1/intakes/${made.id}`)).wishes.ceiling.minor, 700_000);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("what was taken in before can be taken back, whatever was taken in after it", async () => {
	const page = await open(b, hub);
	const made = await hub.api("POST", "/api/v1/intakes", { name: "Twice" });
	await fetch(`${hub.run.url}/api/v1/intakes/${made.id}/files?name=twice.csv`, {
		method: "PUT",
		headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/octet-stream" },
		body: `VIN,Hall\n${vin("4T1BF1FK?FU320001")},7\n${vin("4T1BF1FK?FU320002")},7\n`,
	});
	await page.goto(`${hub.run.url}/lists/${made.id}`);
	const takeIn = async (policy) => {
		await page.getByRole("button", { name: "Take in…" }).click();
		const dialog = page.getByRole("dialog", { name: "Take in Twice" });
		if (policy) await dialog.getByRole("radio", { name: policy }).check();
		await dialog.getByRole("button", { name: "Take in 2 rows" }).click();
	};
	await takeIn();
	const first = page.getByRole("alert").filter({ hasText: "2 new vehicles" });
	await first.waitFor({ timeout: 60_000 });
	await hub.api("POST", `/api/v1/intakes/${made.id}/edits`, {
		changes: [{ file: 1, row: 1, values: [{ target: "trim", text: "XSE" }] }],
	});
	await takeIn("Leave them; I decide row by row");
	await page.getByText("1 row waits for your decision.").waitFor({ timeout: 60_000 });
	await page.getByRole("link", { name: "Show what is already here" }).click();
	await page.getByRole("button", { name: "Already here 2", pressed: true }).waitFor();
	await first.getByRole("button", { name: "Undo" }).click();
	await first.waitFor({ state: "detached", timeout: 60_000 });
	await until(async () => (await hub.api("GET", "/api/v1/vehicles?limit=1")).items.length === 0, "no vehicle");
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a pasted list without headings, and a word that is learned for all lists", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/lists`);
	await page.getByRole("button", { name: "Paste a list" }).click();
	await page
		.getByRole("textbox", { name: "The list, with or without headings" })
		.fill(`VIN\tYear\tMake\tModel\tBody\n${vin("4T1BF1FK?FU300001")}\t2015\tToyota\tCamry\tLimo-ish\n`);
	await page.getByRole("button", { name: "Check it" }).click();
	await page.getByRole("status").filter({ hasText: "1 row checked" }).waitFor();
	await page.getByRole("button", { name: /^Row 1:/ }).click();
	const row = page.getByRole("dialog", { name: "Row 1" });
	await row.getByRole("button", { name: "Accept “Limo-ish” for all lists" }).click();
	await page.getByText(/“Limo-ish” means/).waitFor();
	await row.getByText("Ready").waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("columns are set by hand, remembered, and used for the next list", async () => {
	const page = await open(b, hub);
	const made = await hub.api("POST", "/api/v1/intakes", { name: "Hand made" });
	const send = (id, name, text) =>
		fetch(`${hub.run.url}/api/v1/intakes/${id}/files?name=${name}`, {
			method: "PUT",
			headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/octet-stream" },
			body: text,
		});
	await send(made.id, "a.csv", `Nummer,Wagen,Halle\n${vin("4T1BF1FK?FU300002")},Camry,7\n`);
	await page.goto(`${hub.run.url}/lists/${made.id}?step=columns`);
	await page.getByRole("combobox", { name: "Read as: Wagen" }).click();
	await page.getByRole("option", { name: "Model", exact: true }).click();
	await page.getByRole("checkbox", { name: "Use this for every list with these headings" }).check();
	await looks(page, "lists-columns");
	await page.getByRole("button", { name: "Apply" }).click();
	await page.getByRole("status").filter({ hasText: "1 row checked" }).waitFor();
	const next = await hub.api("POST", "/api/v1/intakes", { name: "Next" });
	const second = await (await send(next.id, "b.csv", `Nummer,Wagen,Halle\n${vin("4T1BF1FK?FU300003")},Camry,8\n`)).json();
	assert.equal(second.files[0].remembered, true);
	assert.equal(second.files[0].mapping.columns.find((c) => c.header === "Wagen").target, "model");
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("today's list against yesterday's, removed and brought back", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/lists`);
	const text = list(40).replace('"$2500"', '"$1999"').split("\n").toSpliced(3, 1).join("\n");
	const choosing = page.waitForEvent("filechooser");
	await page.getByRole("button", { name: "Choose a file" }).click();
	await (await choosing).setFiles({ name: "wednesday.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
	await page.getByRole("status").filter({ hasText: "39 rows checked" }).waitFor();
	await page.getByRole("tab", { name: "Files" }).click();
	await page.getByRole("combobox", { name: "Compare with" }).click();
	await page.getByRole("option", { name: /tuesday/ }).click();
	await page.getByRole("textbox", { name: /Most to pay/ }).fill("6000");
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByText("Saved.").waitFor();
	await looks(page, "lists-files");
	await page.getByRole("tab", { name: "Check" }).click();
	await page.getByRole("button", { name: /price changed|prices changed/ }).waitFor();
	await page.getByRole("button", { name: /gone/ }).click();
	await page.getByRole("region", { name: "Not offered any more" }).waitFor();
	await page.getByRole("button", { name: /gone/ }).click();
	await looks(page, "lists-check");

	await page.goto(`${hub.run.url}/lists`);
	await page.getByRole("link", { name: "wednesday.csv" }).waitFor();
	await page.getByRole("button", { name: "1 accepted word" }).click();
	await page.getByText("Body: “Limo-ish” means").waitFor();
	await page.getByRole("button", { name: "1 remembered mapping" }).waitFor();
	await looks(page, "lists");
	await page.getByRole("button", { name: "Forget Limo-ish" }).click();
	await page.getByText("Limo-ish was forgotten.").waitFor();
	await page.getByRole("button", { name: "1 accepted word" }).waitFor({ state: "detached" });
	await page.getByRole("button", { name: "Remove wednesday.csv" }).click();
	await page.getByRole("link", { name: "wednesday.csv" }).waitFor({ state: "detached" });
	await page.getByRole("alert").filter({ hasText: "wednesday.csv was removed." }).getByRole("button", { name: "Undo" }).click();
	await page.getByRole("link", { name: "wednesday.csv" }).waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("what is no list is refused, and nothing of it stays", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/lists`);
	const before = (await hub.api("GET", "/api/v1/intakes")).items.length;
	const choosing = page.waitForEvent("filechooser");
	await page.getByRole("button", { name: "Choose a file" }).click();
	await (await choosing).setFiles({ name: "photo.csv", mimeType: "text/csv", buffer: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex") });
	await page.getByRole("alert").filter({ hasText: "photo.csv was not added" }).waitFor();
	assert.equal((await hub.api("GET", "/api/v1/intakes")).items.length, before);
	await page.context().close();
});

/** Drops files onto the page as a file manager does. */
async function drop(page, files) {
	const data = await page.evaluateHandle((files) => {
		const t = new DataTransfer();
		for (const [name, content] of files) t.items.add(new File([typeof content === "string" ? content : new Uint8Array(content)], name));
		return t;
	}, files);
	await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

test("one of several files is no list: the others are taken, and it is told", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/lists`);
	const rows = (n) => `VIN,Model\n${vin(`4T1BF1FK?FU33000${n}`)},Camry\n`;
	await drop(page, [
		["photo.csv", [...Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")]],
		["one.csv", rows(1)],
		["nothing.csv", ""],
		["two.csv", rows(2)],
	]);
	await page.getByRole("heading", { level: 1, name: "one.csv" }).waitFor();
	await page.getByRole("status").filter({ hasText: "2 rows checked" }).waitFor();
	for (const name of ["photo.csv", "nothing.csv"]) await page.getByText(`${name} was not added`).waitFor();
	// A file may be dropped while the columns are looked at, too.
	await page.getByRole("tab", { name: "Columns" }).click();
	await drop(page, [["three.csv", rows(3)]]);
	await page.getByText("3 rows · 3 files").waitFor();
	await page.context().close();
});

test("what was pasted stays until the hub has it", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/lists`);
	await page.getByRole("button", { name: "Paste a list" }).click();
	const text = page.getByRole("textbox", { name: "The list, with or without headings" });
	const pasted = `VIN\n${vin("4T1BF1FK?FU340001")}\n`;
	await text.fill(pasted);
	await page.route("**/api/v1/intakes/*/files*", (r) => r.abort());
	await page.getByRole("button", { name: "Check it" }).click();
	const told = page.getByRole("alert").filter({ hasText: "Pasted list was not added" });
	await told.waitFor();
	assert.equal(await text.inputValue(), pasted);
	await page.unroute("**/api/v1/intakes/*/files*");
	await told.getByRole("button", { name: "Try again" }).click();
	await page.getByRole("status").filter({ hasText: "1 row checked" }).waitFor();
	await page.context().close();
});

test("a VIN that is typed wrongly in the scan lane stays to be corrected", async () => {
	const page = await open(b, hub, { width: 390, height: 844 });
	await page.goto(`${hub.run.url}/scan`);
	const box = page.getByRole("textbox", { name: "VIN, typed or by a scanner" });
	const right = vin("4T1BF1FK?FU350001");
	await box.fill(right.slice(0, 16));
	await box.press("Enter");
	await page.getByText("a VIN has 17 characters").waitFor();
	assert.equal(await box.inputValue(), right.slice(0, 16));
	// What a scanner types next takes its place.
	await page.keyboard.type(right);
	await box.press("Enter");
	await page.getByText("This lane: 1 car").waitFor();
	assert.equal(await box.inputValue(), "");
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("the filters are cleared, the search with them, and a report is named after the list", async () => {
	const page = await open(b, hub);
	const made = await hub.api("POST", "/api/v1/intakes", { name: "friday.csv" });
	await fetch(`${hub.run.url}/api/v1/intakes/${made.id}/files?name=friday.csv`, {
		method: "PUT",
		headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/octet-stream" },
		body: `VIN,Year,Make,Model\n${vin("4T1BF1FK?FU360001")},2015,Toyota,Camry\n1967MUSTANG01,1967,Ford,Mustang\n`,
	});
	await page.goto(`${hub.run.url}/lists/${made.id}`);
	// What is no VIN names no vehicle: the list's own words do.
	await page.getByText("“1967 Ford Mustang”, says the list").waitFor();
	const find = page.getByRole("searchbox", { name: "Find in the list" });
	await find.fill("nothing of this kind");
	await page.getByText("0 of 2 rows match.").waitFor();
	await page.getByRole("button", { name: "Clear the filters" }).click();
	await page.getByRole("button", { name: /^Row 1:/ }).waitFor();
	assert.equal(await find.inputValue(), "");
	await page.getByRole("button", { name: "Report" }).click();
	const saved = page.waitForEvent("download");
	await page.getByRole("menuitem", { name: "Row by row, CSV" }).click();
	assert.equal((await saved).suggestedFilename(), "friday-checked.csv");
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a hostile list is text and nothing else", async () => {
	const page = await open(b, hub);
	let ran = false;
	await page.exposeFunction("ran", () => {
		ran = true;
	});
	page.on("dialog", (d) => {
		ran = true;
		void d.dismiss();
	});
	const evil = '<img src=x onerror="window.ran()">';
	const made = await hub.api("POST", "/api/v1/intakes", { name: `${evil} evening` });
	const answer = await fetch(`${hub.run.url}/api/v1/intakes/${made.id}/files?name=${encodeURIComponent(`${evil}.csv`)}`, {
		method: "PUT",
		headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/octet-stream" },
		body: `VIN,Model,Notes,"${evil.replaceAll('"', '""')}"\n${vin("4T1BF1FK?FU300009")},"${evil.replaceAll('"', '""')}",=cmd|' /C calc'!A0,@SUM(1)\n`,
	});
	assert.equal(answer.status, 201, await answer.text());
	await page.goto(`${hub.run.url}/lists/${made.id}`);
	await page.getByRole("button", { name: /^Row 1:/ }).click();
	await page.getByRole("dialog", { name: "Row 1" }).getByText(evil).first().waitFor();
	for (const step of ["Files", "Columns"]) {
		await page.goto(`${hub.run.url}/lists/${made.id}?step=${step.toLowerCase()}`);
		await page.getByText(evil).first().waitFor();
	}
	// What a spreadsheet would run is text in the report.
	const report = await fetch(`${hub.run.url}/api/v1/intakes/${made.id}/report?format=csv`, {
		headers: { Authorization: `Bearer ${hub.run.token}` },
	});
	const text = await report.text();
	assert.match(text, /'=cmd/);
	assert.match(text, /'@SUM/);
	assert.doesNotMatch(text, /(^|,)"?[=@]/m);
	assert.equal(ran, false);
	await page.context().close();
});
