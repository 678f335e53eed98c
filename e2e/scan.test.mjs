// A row of cars, scanned: by a camera that sees generated bar codes, by a
// scanner that types, from a photo; and what waits while the hub is away
// arrives once.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Picture, video } from "./barcodes.mjs";
import { browser, Hub, looks, open, until } from "./hub.mjs";

const ford = "1FTFW1EF0FF107919";
const golf = "WVWZZZ1KZ6W612305"; // no check digit: read twice before it is believed
const seen = [
	["Code39", `I${ford}`],
	["Code128", "1M8GDM9AXKP042788"],
	["DataMatrix", "JHMCM56557C404453"],
	["QRCode", "https://lot.example/?vin=5YJ3E1EA2KF317000&lot=7"],
	["Code128", golf],
];
const vins = [ford, "1M8GDM9AXKP042788", "JHMCM56557C404453", "5YJ3E1EA2KF317000", golf];
const owner = { name: "Olga", login: "olga", password: "violet anvil crosses seven rivers" };

let dir;
let hub;
let b;
before(async () => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-scan-"));
	const file = path.join(dir, "lane.y4m");
	const wall = new Picture(1280, 720);
	const label = await Picture.of("Code128", "STOCK-4711");
	const frames = [label, label, wall];
	for (const [format, text] of seen) {
		const p = await Picture.of(format, text, { turn: format === "DataMatrix" ? 20 : 0 });
		frames.push(p, p, p, wall);
	}
	video(file, frames, 3);
	[b, hub] = await Promise.all([
		browser({
			args: [
				"--use-fake-device-for-media-stream",
				"--use-fake-ui-for-media-stream",
				`--use-file-for-fake-video-capture=${file}`,
			],
		}),
		Hub.start(),
	]);
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, welcomed: true });
});
after(async () => {
	await b?.close();
	await hub?.remove();
	fs.rmSync(dir, { recursive: true, force: true });
});

const button = (page, name) => page.getByRole("button", { name, exact: true });
const box = (page) => page.getByRole("textbox", { name: "VIN, typed or by a scanner" });
const cars = (page) => page.getByRole("region", { name: /^This lane/ }).getByRole("listitem");
const lane = (page, n) => page.getByRole("heading", { name: n === 1 ? "This lane: 1 car" : n === 0 ? "This lane: no cars yet" : `This lane: ${n} cars` }).waitFor();

/** Types as a scanner does: fast, with a key at the end. */
async function beam(page, text, end = "Enter") {
	for (const c of text) await page.keyboard.press(c === "*" ? "Shift+Digit8" : c);
	await page.keyboard.press(end);
}

test("the camera reads Code 39, Code 128, Data Matrix and QR, car after car without a tap", async () => {
	const page = await open(b, hub);
	await page.getByRole("link", { name: "Scan with the camera" }).click();
	await page.getByRole("heading", { name: "Scan lane", level: 1 }).waitFor();
	// Permitted before: no tap is needed at all.
	const start = button(page, "Start the camera");
	await start.or(button(page, "Stop the camera")).first().waitFor();
	if (await start.isVisible()) await start.click();
	const begun = Date.now();
	for (const vin of vins) await cars(page).filter({ hasText: vin }).waitFor({ timeout: 60_000 });
	console.log(`  five cars by camera: ${Date.now() - begun} ms`);
	await cars(page).filter({ hasText: ford }).getByText(/2015 FORD F-150/i).waitFor();
	// The same row of cars comes round again.
	await page.getByText("scanned already").waitFor({ timeout: 60_000 });
	await lane(page, 5);
	await cars(page).filter({ hasText: ford }).getByRole("textbox", { name: `Lot or note for ${ford}` }).fill("A-117");
	await button(page, "Stop the camera").click();
	await button(page, "Start the camera").waitFor();
	await looks(page, "scan");
	await button(page, "Check as a list").click();
	await page.waitForURL(/\/lists\/[0-9a-f-]+/);
	await page.getByRole("status").filter({ hasText: "5 rows checked" }).waitFor();
	await page.getByRole("table", { name: "Check" }).getByText(ford).waitFor();
	const lists = (await hub.api("GET", "/api/v1/intakes")).items;
	assert.equal(lists.length, 1);
	await page.goto(`${hub.run.url}/scan`);
	await lane(page, 0);
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a scanner that types, a hand, undo, and all of it saved", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/scan`);
	await lane(page, 0);
	await box(page).waitFor();
	// Nothing has the focus: the keys find their place, and no shortcut takes them.
	await page.evaluate(() => document.activeElement?.blur());
	await beam(page, `*I${ford}*`);
	await lane(page, 1);
	await beam(page, "1M8GDM9AXKP042788", "Tab");
	await lane(page, 2);
	await beam(page, ford);
	await page.getByText(`${ford}: scanned already`).waitFor();
	await beam(page, "1FTFW1EF1FF107919");
	await page.getByText("its check digit is wrong").waitFor();
	await beam(page, "STOCK4711");
	await page.getByText("a VIN has 17 characters").waitFor();
	await lane(page, 2);
	// In the middle of a note, too.
	const note = page.getByRole("textbox", { name: `Lot or note for ${ford}` });
	await note.fill("dent in the door ");
	await beam(page, "JHMCM56557C404453");
	await lane(page, 3);
	await button(page, "Undo the last").click();
	await page.getByText("JHMCM56557C404453 taken out").waitFor();
	await lane(page, 2);
	await button(page, "Save all").click();
	await page.getByText("2 vehicles saved.").waitFor();
	await lane(page, 0);
	const saved = (await hub.api("GET", "/api/v1/vehicles?limit=10")).items;
	assert.deepEqual(saved.map((v) => v.vin).sort(), ["1M8GDM9AXKP042788", ford].sort());
	await button(page, "Undo").click();
	await page.getByText("Taken back.").waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a photo is read where the browser refuses the camera", async () => {
	const page = await open(b, hub);
	// As on a plain address of the LAN, where browsers know no camera.
	await page.addInitScript(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
	await page.goto(`${hub.run.url}/scan`);
	await page.getByText("only to an encrypted address").waitFor();
	await looks(page, "scan-photo");
	const choose = async (picture) => {
		const choosing = page.waitForEvent("filechooser");
		await button(page, "Photo of a bar code").click();
		await (await choosing).setFiles({ name: "vin.png", mimeType: "image/png", buffer: picture.png() });
	};
	const large = { width: 2400, height: 1800 };
	await choose(await Picture.of("Code39", ford, { ...large, turn: 27 }));
	await cars(page).filter({ hasText: ford }).waitFor({ timeout: 60_000 });
	await choose(await Picture.of("Code128", "1M8GDM9AXKP042788", { ...large, turn: 90, scale: 4 }));
	await cars(page).filter({ hasText: "1M8GDM9AXKP042788" }).waitFor({ timeout: 60_000 });
	await choose(new Picture(800, 600));
	await page.getByText("No bar code was found in the photo").waitFor({ timeout: 60_000 });
	await choose({ png: () => Buffer.from("no picture") });
	await page.getByText("The photo could not be opened").waitFor();
	await lane(page, 2);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("whoever refuses the camera is told what to do", async () => {
	const none = await browser();
	const page = await open(none, hub);
	await page.goto(`${hub.run.url}/scan`);
	await button(page, "Start the camera").click();
	await page.getByText(/Allow it in the settings|No camera was found/).waitFor();
	await none.close();
});

test("what is scanned while the hub is away waits on the phone and arrives once", async () => {
	await hub.api("POST", "/api/v1/setup", owner);
	const { port } = new URL(hub.run.url);
	const again = () => Hub.start({ data: hub.dir, args: ["--listen", `127.0.0.1:${port}`] });
	// A phone without a camera: nothing but what is typed comes into this lane.
	const phone = await browser();
	const page = await (await phone.newContext()).newPage();
	await page.goto(`${hub.run.url}/scan`);
	await page.getByRole("textbox", { name: "Login" }).fill(owner.login);
	await page.getByRole("textbox", { name: "Password" }).fill(owner.password);
	await button(page, "Sign in").click();
	await lane(page, 0);
	await page.evaluate(() => navigator.serviceWorker.ready);

	await hub.stop("SIGKILL");
	const twelve = Array.from({ length: 12 }, (_, i) => `WVWZZZ1KZ6W6124${String(i).padStart(2, "0")}`);
	for (const vin of twelve.slice(0, 11)) {
		await box(page).fill(vin);
		await box(page).press("Enter");
		await cars(page).filter({ hasText: vin }).waitFor();
	}
	await page.getByText("11 waiting for the hub").waitFor();
	// The page is closed and opened again, with nothing there to serve it.
	await page.goto(`${hub.run.url}/scan`);
	await lane(page, 11);
	await box(page).fill(twelve[11]);
	await box(page).press("Enter");
	await page.getByText("12 waiting for the hub").waitFor();
	// The sign that it is being tried turns for ever.
	await page.evaluate(() => document.getAnimations().forEach((a) => a.pause()));
	await looks(page, "scan-away");

	hub = await again();
	await page.getByText("12 waiting for the hub").waitFor({ state: "hidden", timeout: 60_000 });
	await cars(page).filter({ hasText: twelve[0] }).getByText("VOLKSWAGEN").waitFor();
	await lane(page, 12);

	// Ordered while it is away; and it dies again in the middle of the work.
	await hub.stop("SIGKILL");
	await button(page, "Save all").click();
	await page.getByText(/12 cars (wait to be saved|are being saved)/).waitFor();
	hub = await again();
	const count = async () => (await hub.api("GET", "/api/v1/vehicles?limit=100")).items.filter((v) => v.vin.startsWith("WVWZZZ1KZ6W6124"));
	await until(async () => (await count()).length > 0, "the first to arrive", 60_000);
	await hub.stop("SIGKILL");
	hub = await again();
	await page.getByText("vehicles saved.").waitFor({ timeout: 60_000 });
	assert.deepEqual((await count()).map((v) => v.vin).sort(), twelve);
	await lane(page, 0);

	// The same for a list, ordered in the dark.
	const before = (await hub.api("GET", "/api/v1/intakes")).items.length;
	await hub.stop("SIGKILL");
	for (const vin of twelve) {
		await box(page).fill(vin);
		await box(page).press("Enter");
	}
	await lane(page, 12);
	await button(page, "Check as a list").click();
	await page.getByText("12 cars wait to become a list").waitFor({ timeout: 60_000 });
	await page.goto(`${hub.run.url}/scan`);
	await page.getByText("12 cars wait to become a list").waitFor({ timeout: 60_000 });
	hub = await again();
	await page.getByRole("link", { name: "Open it" }).click({ timeout: 60_000 });
	await page.getByRole("status").filter({ hasText: "12 rows checked" }).waitFor();
	const lists = (await hub.api("GET", "/api/v1/intakes")).items;
	assert.equal(lists.length, before + 1);
	assert.equal(lists[0].files.length, 1);
	await phone.close();
});
