// Photos and papers of a vehicle: dropped, looked at, renamed, removed and
// brought back; hostile files never run; the text of a paper is found and
// becomes a record.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import zlib from "node:zlib";
import { browser, Hub, looks, open, until } from "./hub.mjs";

let b;
let hub;
let vehicle;
before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	vehicle = await hub.api("POST", "/api/v1/vehicles", { vin: "4T1BF1FK9FU226704", stock: "A-17" });
	await hub.api("POST", "/api/v1/vehicles", { vin: "1FTFW1EF0FF107919" });
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

/** A PNG with a sky, a road and something like a car in one colour. */
function picture(width, height, [r, g, bl]) {
	const raw = Buffer.alloc((width * 3 + 1) * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const at = y * (width * 3 + 1) + 1 + x * 3;
			const u = x / width;
			const v = y / height;
			const body = v > 0.52 && v < 0.72 && u > 0.15 && u < 0.85;
			const roof = v > 0.36 && v <= 0.52 && u > 0.3 + (0.52 - v) * 0.5 && u < 0.7 - (0.52 - v) * 0.5;
			const wheel = [0.3, 0.7].some((c) => (u - c) ** 2 + ((v - 0.72) * (height / width)) ** 2 < 0.004);
			const sky = [150 + 80 * v, 190 + 40 * v, 230];
			const c = wheel ? [30, 30, 34] : body || roof ? [r, g, bl].map((n) => n * (1.1 - v * 0.4)) : v > 0.74 ? [110, 112, 116] : sky;
			for (let i = 0; i < 3; i++) raw[at + i] = Math.max(0, Math.min(255, c[i]));
		}
	const chunk = (kind, data) => {
		const body = Buffer.concat([Buffer.from(kind), data]);
		const out = Buffer.alloc(body.length + 8);
		out.writeUInt32BE(data.length);
		body.copy(out, 4);
		out.writeUInt32BE(zlib.crc32(body), body.length + 4);
		return out;
	};
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width);
	head.writeUInt32BE(height, 4);
	head.set([8, 2, 0, 0, 0], 8);
	return Buffer.concat([
		Buffer.from("89504e470d0a1a0a", "hex"),
		chunk("IHDR", head),
		chunk("IDAT", zlib.deflateSync(raw)),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

/** A PDF of one page whose lines stand below one another. */
function paper(lines) {
	const text = `BT /F1 11 Tf 72 740 Td\n${lines.map((l) => `(${l.replace(/[\\()]/g, "\\$&")}) Tj 0 -14 Td`).join("\n")}\nET`;
	const objects = [
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>",
		`<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
	];
	let out = "%PDF-1.4\n";
	const at = objects.map((body, i) => {
		const where = out.length;
		out += `${i + 1} 0 obj\n${body}\nendobj\n`;
		return where;
	});
	const xref = out.length;
	out += `xref\n0 6\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, "0")} 00000 n \n`).join("")}`;
	return Buffer.from(`${out}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`);
}

const invoice = paper([
	"Meier Brake Service",
	"Invoice 0312",
	"Date: 2026-03-12",
	"VIN: 4T1BF1FK9FU226704",
	"Odometer: 81200 km",
	"Front brake pads replaced, caliper quetzal overhauled",
	"Total: 240.00 EUR",
]);

/** Drops files on the tab, as a file manager does; returns once the hub has them. */
async function drop(page, files) {
	const data = await page.evaluateHandle((list) => {
		const t = new DataTransfer();
		for (const f of list)
			t.items.add(new File([Uint8Array.from(atob(f.base64), (c) => c.charCodeAt(0))], f.name, { type: f.type ?? "" }));
		return t;
	}, files.map((f) => ({ ...f, bytes: undefined, base64: Buffer.from(f.bytes).toString("base64") })));
	const tab = page.getByRole("tabpanel");
	await tab.locator(":scope > div").first().dispatchEvent("dragenter", { dataTransfer: data });
	await page.getByText("Drop to add to").waitFor();
	await tab.locator(":scope > div").first().dispatchEvent("drop", { dataTransfer: data });
}

const files = (page) => page.goto(`${hub.run.url}/vehicles/${vehicle.id}?tab=files`);
const listed = async () => (await hub.api("GET", `/api/v1/vehicles/${vehicle.id}/attachments`)).items;
const photos = (page) => page.getByRole("region", { name: "Photos" });
const papers = (page) => page.getByRole("region", { name: "Papers" });

test("files are dropped, shown, named, removed and brought back", async () => {
	const page = await open(b, hub);
	await files(page);
	await page.getByRole("heading", { name: "No photos or papers yet" }).waitFor();
	await looks(page, "files-empty");

	await drop(page, [
		{ name: "front.png", bytes: picture(1200, 900, [178, 40, 44]) },
		{ name: "side.png", bytes: picture(900, 1200, [44, 96, 178]) },
		{ name: "invoice-0312.pdf", bytes: invoice },
		{ name: "mileage.csv", bytes: "date;km\n2026-01-02;81000\n" },
		{ name: "nothing.txt", bytes: "" },
	]);
	await page.getByText("nothing.txt was not added: it is empty").waitFor();
	await page.getByText("4 files were added.").waitFor();
	await photos(page).getByRole("button", { name: "Open side.png" }).waitFor();
	await page.getByRole("button", { name: "Hide what went wrong with nothing.txt" }).click();
	// Pictures arrive by themselves, upright and small.
	await until(
		() => page.evaluate(() => [...document.querySelectorAll("main img")].filter((i) => i.naturalWidth > 0 && i.naturalWidth <= 320).length >= 3),
		"two thumbnails and the cover",
	);
	await papers(page).getByText("1 page").waitFor();
	await until(() => page.getByText("4 files were added.").isHidden(), "the toast to go", 20_000);
	await looks(page, "files");

	// With the keyboard alone.
	const first = photos(page).getByRole("button", { name: /^Open/ }).first();
	const opened = (await first.getAttribute("aria-label")).slice(5);
	await first.focus();
	await page.keyboard.press("Enter");
	await page.getByRole("img", { name: opened }).waitFor();
	await page.keyboard.press("ArrowRight");
	await page.getByRole("img", { name: opened }).waitFor({ state: "detached" });
	await looks(page, "files-viewer");
	await page.keyboard.press("ArrowLeft");
	await page.getByRole("img", { name: opened }).waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("dialog").waitFor({ state: "detached" });

	await page.getByRole("button", { name: "Actions for front.png" }).click();
	await page.getByRole("menuitem", { name: "Rename" }).click();
	await page.getByRole("textbox", { name: "Title" }).fill("Front, left");
	await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
	await photos(page).getByText("Front, left").waitFor();

	await page.getByRole("button", { name: "Actions for side.png" }).click();
	// The one that arrived first is the cover already.
	await page.getByRole("menuitem", { name: /cover photo/ }).waitFor();
	const wanted = page.getByRole("menuitem", { name: "Use as the cover photo", exact: true });
	if (await wanted.isVisible()) await wanted.click();
	else await page.keyboard.press("Escape");
	await page.getByRole("menu").waitFor({ state: "detached" });
	const side = (await listed()).find((a) => a.name === "side.png");
	await until(async () => (await hub.api("GET", `/api/v1/vehicles/${vehicle.id}`)).cover === side.id, "the cover");

	await page.getByRole("button", { name: "Actions for side.png" }).click();
	await page.getByRole("menuitem", { name: "Remove" }).click();
	await page.getByRole("button", { name: "Open side.png" }).waitFor({ state: "detached" });
	await page.locator(".mantine-Notification-root").filter({ hasText: "side.png was removed." }).getByRole("button", { name: "Undo" }).click();
	await page.getByRole("button", { name: "Open side.png" }).waitFor();

	const download = page.waitForEvent("download");
	await page.getByRole("button", { name: "Actions for invoice-0312.pdf" }).click();
	await page.getByRole("menuitem", { name: "Save" }).click();
	const saved = await download;
	assert.equal(saved.suggestedFilename(), "invoice-0312.pdf");
	assert.deepEqual(fs.readFileSync(await saved.path()), invoice);

	// The list shows the cover.
	await page.goto(`${hub.run.url}/vehicles`);
	const row = page.getByRole("row").filter({ hasText: "226704" });
	await until(() => row.locator("img").evaluate((i) => i.naturalWidth > 0), "the cover in the list");
	await looks(page, "files-list");
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("the text of a paper is found, and becomes a record", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/vehicles?q=quetzal`);
	await page.getByText("in file invoice-0312.pdf").waitFor();
	await files(page);
	await papers(page).getByRole("button", { name: "Open invoice-0312.pdf" }).click();
	await page.getByText("caliper quetzal overhauled").waitFor();
	await page.keyboard.press("Escape");
	await papers(page).getByRole("button", { name: "Make a record from invoice-0312.pdf" }).click();
	const dialog = page.getByRole("dialog", { name: "Service from invoice-0312.pdf" });
	await dialog.getByText("Meier Brake Service").first().waitFor();
	await looks(page, "files-draft");
	await dialog.getByRole("button", { name: "Save", exact: true }).click();
	await dialog.waitFor({ state: "detached" });
	await papers(page).getByText("belongs to a record").waitFor();
	const { items } = await hub.api("GET", `/api/v1/vehicles/${vehicle.id}/services`);
	const paperOf = (await listed()).find((a) => a.name === "invoice-0312.pdf");
	assert.equal(items.length, 1);
	assert.equal(paperOf.record, items[0].record.id);
	assert.equal(items[0].record.date, "2026-03-12");
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("hostile files never run, whatever they are called", async () => {
	const page = await open(b, hub);
	await files(page);
	const script = "<script>document.title = 'ran'; fetch('/api/v1/vehicles', { method: 'POST' })</script>";
	const hostile = {
		"logo.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='ran'">${script}</svg>`,
		"page.html": `<!doctype html><body>${script}`,
		"photo.jpg": `<html>${script}`,
		"note.txt": `  ${script}`,
	};
	await drop(page, Object.entries(hostile).map(([name, bytes]) => ({ name, bytes, type: "text/html" })));
	for (const name of Object.keys(hostile)) await papers(page).getByRole("button", { name: `Open ${name}` }).waitFor();
	for (const a of (await listed()).filter((x) => x.name in hostile)) {
		assert.equal(a.inline, false, a.name);
		const tab = await page.context().newPage();
		const download = tab.waitForEvent("download");
		await tab.goto(`${hub.run.url}/api/v1/vehicles/${vehicle.id}/attachments/${a.id}/content`).catch(() => {});
		assert.equal((await download).suggestedFilename(), a.name);
		assert.notEqual(await tab.title(), "ran");
		await tab.close();
	}
	// Nor within the page: there is nothing to look at, only to save.
	await papers(page).getByRole("button", { name: "Open logo.svg" }).click();
	await page.getByText("There is no preview of this kind of file.").waitFor();
	assert.notEqual(await page.title(), "ran");
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a file that is too large is refused by name, and one on its way is cancelled", async () => {
	const page = await open(b, hub);
	await files(page);
	await photos(page).waitFor();
	const before = (await listed()).length;
	const send = (name, size) =>
		page.evaluate(([name, size]) => {
			const t = new DataTransfer();
			t.items.add(new File([new Uint8Array(size)], name));
			document.querySelector("[role=tabpanel] > div").dispatchEvent(new DragEvent("drop", { dataTransfer: t, bubbles: true, cancelable: true }));
		}, [name, size]);
	await send("huge.bin", 60_000_000);
	await page.getByText("huge.bin was not added: it is 60 MB").waitFor();
	// The hub does not take it before it is let: so it is surely on its way.
	await page.route("**/attachments?name=slow.bin", () => {});
	await send("slow.bin", 1024);
	await page.getByRole("button", { name: "Cancel sending slow.bin" }).click();
	await page.getByRole("button", { name: "Cancel sending slow.bin" }).waitFor({ state: "detached" });
	assert.equal((await listed()).length, before);
	await page.context().close();
});

test("who may only look is offered nothing else", async () => {
	const page = await open(b, hub);
	await page.addInitScript(() => sessionStorage.setItem("hubcap-view-as", "viewer"));
	await files(page);
	await photos(page).waitFor();
	assert.equal(await page.getByRole("button", { name: "Add files" }).count(), 0);
	await papers(page).getByText("may show costs, which you don't see").first().waitFor();
	assert.equal(await papers(page).getByRole("button", { name: /^Open/ }).count(), 0);
	await page.getByRole("button", { name: "Actions for Front, left" }).click();
	await page.getByRole("menuitem", { name: "Save" }).waitFor();
	assert.equal(await page.getByRole("menuitem", { name: "Remove" }).count(), 0);
	await page.context().close();
});
