// Every screen, both themes, three widths: no serious accessibility finding,
// nothing wider than the window.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, browser, Hub, open } from "./hub.mjs";

let b;
let hub;
const shots = path.join(import.meta.dirname, "out");

before(async () => {
	fs.mkdirSync(shots, { recursive: true });
	[b, hub] = await Promise.all([browser(), Hub.start({ sample: true })]);
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

const widths = { desktop: 1280, phone: 390, narrow: 320 };

for (const theme of ["light", "dark"]) {
	for (const [device, width] of Object.entries(widths)) {
		test(`${theme} ${device}`, async () => {
			const page = await open(b, hub, { theme, width, height: 844 });
			const list = (await hub.api("GET", "/api/v1/vehicles?limit=60")).items;
			const camry = list.find((v) => v.title.includes("Camry"));
			const screens = {
				welcome: ["/welcome", () => page.getByRole("heading", { name: "Welcome to Hubcap" }).waitFor()],
				decode: ["/?vin=5KBCT1A33E1768185", () => page.getByRole("region", { name: /Result for/ }).waitFor()],
				vehicles: ["/vehicles", () => page.getByRole("table").getByRole("link").first().waitFor()],
				overview: [`/vehicles/${camry.id}`, () => page.getByRole("heading", { name: "Next service" }).waitFor()],
				specs: [`/vehicles/${camry.id}?tab=specs`, () => page.getByRole("rowheader").first().waitFor()],
				timeline: [`/vehicles/${camry.id}?tab=timeline`, () => page.getByRole("listitem").first().waitFor()],
				missing: ["/no/such/page", () => page.getByRole("heading", { name: /nothing at this address/ }).waitFor()],
			};
			for (const [name, [where, ready]] of Object.entries(screens)) {
				await page.goto(hub.run.url + where);
				await ready();
				await page.screenshot({ path: path.join(shots, `${name}-${device}-${theme}.png`), fullPage: name !== "vehicles" });
				assert.deepEqual(await axe(page), [], `axe on ${name}, ${theme}, ${device}`);
				const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
				assert.ok(over <= 0, `${name} is ${over} px wider than a ${device} window`);
			}
			assert.deepEqual(page.outside, []);
			await page.context().close();
		});
	}
}
