// Every screen, both themes, three widths: no serious accessibility finding,
// nothing wider than the window.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, browser, Hub, open } from "./hub.mjs";

let b;
let hub;
let bare;
const shots = path.join(import.meta.dirname, "out");

before(async () => {
	fs.mkdirSync(shots, { recursive: true });
	[b, hub, bare] = await Promise.all([browser(), Hub.start({ sample: true }), Hub.start()]);
});
after(async () => {
	await b?.close();
	await hub?.remove();
	await bare?.remove();
});

const widths = { desktop: 1280, phone: 390, narrow: 320 };

async function look(page, name, device, theme, fullPage = true) {
	await page.screenshot({ path: path.join(shots, `${name}-${device}-${theme}.png`), fullPage });
	assert.deepEqual(await axe(page), [], `axe on ${name}, ${theme}, ${device}`);
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `${name} is ${over} px wider than a ${device} window`);
}

for (const theme of ["light", "dark"]) {
	for (const [device, width] of Object.entries(widths)) {
		test(`${theme} ${device}`, async () => {
			const page = await open(b, hub, { theme, width, height: 844 });
			const list = (await hub.api("GET", "/api/v1/vehicles?limit=60")).items;
			const camry = list.find((v) => v.title.includes("Camry")).id;
			const claimed = list.find((v) => v.claimed.model && v.claimed.source).id;
			const at = (role, name) => page.getByRole(role, { name }).first().waitFor();
			const screens = {
				welcome: ["/welcome", () => at("heading", "Welcome to Hubcap")],
				decode: ["/?vin=5KBCT1A33E1768185", () => page.getByTestId("briefing").waitFor()],
				partial: ["/?vin=5YJ3E1EB6K", () => page.getByTestId("briefing").waitFor()],
				vehicles: ["/vehicles", () => page.getByRole("table").getByRole("link").first().waitFor(), false],
				found: ["/vehicles?q=smoke", () => page.getByRole("table").getByRole("link").first().waitFor(), false],
				none: ["/vehicles?q=zzzzzz", () => at("heading", /No vehicle matches/)],
				overview: [`/vehicles/${camry}`, () => at("heading", "Next service")],
				claims: [`/vehicles/${claimed}`, () => at("heading", "Claimed and decoded")],
				specs: [`/vehicles/${camry}?tab=specs`, () => page.getByRole("rowheader").first().waitFor()],
				timeline: [`/vehicles/${camry}?tab=timeline`, () => page.getByRole("listitem").first().waitFor()],
				insights: [
					`/vehicles/${claimed}?tab=insights`,
					async () => {
						await page.getByTestId("briefing").getByRole("button").first().click();
						await at("region", "Evidence of the sentence");
					},
				],
				edit: [
					`/vehicles/${claimed}`,
					async () => {
						await page.getByRole("button", { name: "Edit", exact: true }).click();
						await at("textbox", "Stock number");
						await settled(page);
					},
					false,
				],
				add: [
					`/vehicles/${claimed}`,
					async () => {
						await page.getByRole("button", { name: "Add record" }).click();
						await page.getByRole("menuitem", { name: "Service" }).click();
						await at("combobox", "What was done");
						await settled(page);
					},
					false,
				],
				keys: [
					"/vehicles",
					async () => {
						await page.getByRole("table").getByRole("link").first().waitFor();
						await page.keyboard.press("?");
						await at("dialog", "Keys");
						await settled(page);
					},
					false,
				],
				gone: ["/vehicles/018f0000-0000-7000-8000-000000000000", () => at("alert")],
				missing: ["/no/such/page", () => at("heading", /nothing at this address/)],
			};
			for (const [name, [where, ready, full]] of Object.entries(screens)) {
				await page.goto(hub.run.url + where);
				await ready();
				await look(page, name, device, theme, full);
			}
			assert.deepEqual(page.outside, []);
			await page.context().close();

			const empty = await open(b, bare, { theme, width, height: 844 });
			await empty.goto(`${bare.run.url}/vehicles`);
			await empty.getByRole("heading", { name: "No vehicles yet" }).waitFor();
			await look(empty, "empty", device, theme);
			await empty.context().close();
		});
	}
}

/** A dialog that still fades in has paler text than it will have. */
const settled = (page) =>
	page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== "running") && !document.querySelector("[data-mounting]") && getComputedStyle(document.querySelector('[role="dialog"]')).opacity === "1");

test("on paper a vehicle has no controls, and is as wide as the page", async () => {
	const page = await open(b, hub, { theme: "dark", width: 794, height: 1123 });
	const [v] = (await hub.api("GET", "/api/v1/vehicles?limit=1")).items;
	await page.goto(`${hub.run.url}/vehicles/${v.id}`);
	await page.getByRole("heading", { name: "Next service" }).waitFor();
	await page.emulateMedia({ media: "print" });
	assert.equal(await page.getByRole("button", { name: "Edit", exact: true }).isVisible(), false);
	assert.equal(await page.evaluate(() => document.documentElement.dataset.mantineColorScheme), "light", "paper is light");
	assert.equal(await page.getByRole("banner").isVisible(), false);
	assert.equal(await page.getByRole("heading", { level: 1 }).isVisible(), true);
	await page.screenshot({ path: path.join(shots, "print.png"), fullPage: true });
	await page.context().close();
});
