// Every screen, both themes, three widths: no serious accessibility finding,
// nothing wider than the window.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, browser, Hub, open, until } from "./hub.mjs";

let b;
let hub;
let bare;
let place;
const shots = path.join(import.meta.dirname, "out");

before(async () => {
	fs.mkdirSync(shots, { recursive: true });
	[b, hub, bare] = await Promise.all([browser(), Hub.start({ sample: true }), Hub.start()]);
	// Something in the trash, a provider away, and a job that failed.
	const last = (await hub.api("GET", "/api/v1/vehicles?limit=100")).items.at(-1);
	await fetch(`${hub.run.url}/api/v1/vehicles/${last.id}`, {
		method: "DELETE",
		headers: { Authorization: `Bearer ${hub.run.token}`, "If-Match": `"${last.rev}"` },
	});
	const far = { name: "Far", kind: "openai", url: "https://models.example.com/v1", models: ["far-writer"], enabled: true };
	await hub.api("POST", "/api/v1/providers", far);
	await hub.api("POST", "/api/v1/models/pull", { name: "smollm2:360m" });
	await business(hub);
	await backup(hub);
});

/** A folder with a backup that was proven by a restore. */
async function backup(hub) {
	place = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-e2e-place-"));
	const { id } = await hub.api("POST", "/api/v1/backups", { name: "Safe drive", kind: "folder", folder: place });
	const sheet = await hub.api("POST", `/api/v1/backups/${id}/init`, { passphrase: "harbour violin copper meadow glass" });
	const words = sheet.ask.map((at) => ({ at, word: sheet.words[at - 1] }));
	await hub.api("POST", `/api/v1/backups/${id}/confirm`, { words });
	const job = await hub.api("POST", `/api/v1/backups/${id}/test`);
	await until(async () => (await hub.api("GET", `/api/v1/jobs/${job.id}`)).ended, "the restore test");
}

/** People, roles, places, keys and a way to sign in: what the pages of a business show. */
async function business(hub) {
	const { $schema, ...o } = await hub.api("GET", "/api/v1/organisation");
	const places = { locations: [{ name: "North yard", about: "12 Harbour Road" }, { name: "Showroom" }], groups: [{ name: "Rental fleet" }] };
	await hub.api("PUT", "/api/v1/organisation", { ...o, name: "Miller Motors", ...places, mfa: { manager: { policy: "required", from: "2027-01-01" } } });
	const lead = await hub.api("POST", "/api/v1/roles", { name: "Yard lead", about: "Keeps the yard.", permissions: ["vehicles.read", "jobs.manage"] });
	const user = (more) => hub.api("POST", "/api/v1/users", { reach: { kind: "all" }, role: "sales", ...more });
	await user({ name: "Sam Seller", login: "sam@miller-motors.example", reach: { kind: "locations", places: ["North yard", "Showroom"] } });
	await user({ name: "Yara Yard", login: "yara", role: lead.id, disabled: true });
	const feed = await user({ kind: "service", name: "Website feed", login: "website-feed", role: "integration" });
	const may = { permissions: ["vehicles.read", "vin.decode"], addresses: ["127.0.0.0/8"], rate: 120, expires: "2036-03-01T00:00:00Z" };
	const made = await hub.api("POST", "/api/v1/keys", { user: feed.id, name: "Website feed", ...may });
	await fetch(`${hub.run.url}/api/v1/vehicles`, { headers: { Authorization: `Bearer ${made.token}` } });
	const company = { name: "Company account", issuer: "https://login.example.com", clientId: "hubcap", secret: "of the company", create: true, link: false, enabled: true };
	await hub.api("POST", "/api/v1/sign-in-providers", { ...company, mapping: [{ group: "sales", role: "sales", reach: { kind: "own" } }] });
}
after(async () => {
	await b?.close();
	await hub?.remove();
	await bare?.remove();
	if (place) fs.rmSync(place, { recursive: true, force: true });
});

const widths = { desktop: 1280, phone: 390, narrow: 320 };

/** What stands out of the window, be it cut off or hidden; what slides on purpose may. */
const cutOff = (page) =>
	page.evaluate(() => {
		const out = [];
		for (const el of document.querySelectorAll("body *")) {
			const box = el.getBoundingClientRect();
			if (box.width < 2 || box.height < 2 || !el.checkVisibility()) continue;
			if (box.right <= document.documentElement.clientWidth + 1 && box.left >= -1) continue;
			const slides = (e) => e !== null && (/auto|scroll/.test(getComputedStyle(e).overflowX) || slides(e.parentElement));
			if (!slides(el.parentElement) && !el.closest(".skip, [data-visually-hidden]"))
				out.push(`${el.tagName.toLowerCase()}: ${el.textContent.trim().slice(0, 40)}`);
		}
		return out.slice(0, 3);
	});

async function look(page, name, device, theme, fullPage = true) {
	await page.screenshot({ path: path.join(shots, `${name}-${device}-${theme}.png`), fullPage });
	assert.deepEqual(await axe(page), [], `axe on ${name}, ${theme}, ${device}`);
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `${name} is ${over} px wider than a ${device} window`);
	assert.deepEqual(await cutOff(page), [], `${name} on a ${device} window cuts off`);
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
				serve: [
					"/welcome?step=serve",
					async () => {
						await page.getByText("My network").click();
						await page.getByText("Done: there is an owner").waitFor();
					},
				],
				model: ["/welcome?step=model", () => page.getByText("The built-in small model").waitFor()],
				account: ["/account", () => at("heading", "This computer has no account of its own")],
				door: ["/sign-in", () => at("button", "Sign in")],
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
				settings: ["/settings", () => at("heading", "log.format")],
				models: ["/models", () => at("heading", "What this machine carries")],
				orders: ["/models?tab=orders", () => at("switch", /far-writer/)],
				away: [
					"/models?tab=orders",
					async () => {
						await page.getByRole("switch", { name: /^Write briefings: far-writer/ }).press("Space");
						await at("button", "Switch it on");
						await settled(page);
					},
					false,
				],
				providers: ["/models?tab=providers", () => at("switch", /Far is switched on/)],
				provider: [
					"/models?tab=providers",
					async () => {
						await page.getByRole("button", { name: "Edit Far" }).click();
						await at("textbox", "Address");
						await settled(page);
					},
					false,
				],
				activity: [
					"/activity",
					async () => {
						await page.getByRole("button", { name: /^Show what changed/ }).first().click();
						await page.getByRole("columnheader", { name: "Before" }).first().waitFor();
					},
				],
				done: [`/vehicles/${camry}?tab=activity`, () => page.getByRole("listitem").first().waitFor()],
				trash: ["/trash", () => at("button", /^Bring back/)],
				purge: [
					"/trash",
					async () => {
						await page.getByRole("button", { name: /^Purge/ }).first().click();
						await at("button", "Purge for good");
						await settled(page);
					},
					false,
				],
				jobs: [
					"/vehicles",
					async () => {
						await page.getByRole("table").getByRole("link").first().waitFor();
						for (const key of ["g", "j"]) await page.keyboard.press(key);
						await at("button", /^Try again: Fetch/);
					},
					false,
				],
				menu: [
					"/vehicles",
					async () => {
						await page.getByRole("table").getByRole("link").first().waitFor();
						await page.getByRole("button", { name: /^Menu/ }).click();
						await at("menuitem", "Models");
						await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== "running"));
					},
					false,
				],
				palette: [
					`/vehicles/${camry}`,
					async () => {
						await at("heading", "Next service");
						await page.keyboard.press("Control+k");
						await page.getByRole("combobox", { name: "Find or do anything" }).fill("smoke");
						await at("option", /Settings|smoke/i);
						await settled(page);
					},
					false,
				],
				selected: [
					"/vehicles",
					async () => {
						await page.getByRole("table").getByRole("link").first().waitFor();
						for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
						await page.getByText("2 vehicles selected").waitFor();
					},
					false,
				],
				people: ["/people", () => at("row", /Sam Seller/)],
				person: [
					"/people",
					async () => {
						await page.getByRole("button", { name: "Add a person" }).click();
						await at("list", "May not");
						await settled(page);
					},
					false,
				],
				invitation: [
					"/people?q=sam",
					async () => {
						await page.getByRole("button", { name: "More for Sam Seller" }).click();
						await page.getByRole("menuitem", { name: "Make an invitation link" }).click();
						await at("img", "The link as a QR code");
						await settled(page);
					},
					false,
				],
				roles: [
					"/people?tab=roles",
					async () => {
						await page.getByRole("button", { name: "What it may: Yard lead" }).click();
						await page.getByText("See and steer everybody's jobs").first().waitFor();
						await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== "running"));
					},
				],
				role: [
					"/people?tab=roles",
					async () => {
						await page.getByRole("button", { name: "New role" }).click();
						await at("list", "May not");
						await settled(page);
					},
					false,
				],
				compare: [
					"/people?tab=roles",
					async () => {
						await page.getByRole("button", { name: "Compare two roles" }).click();
						await at("rowheader");
						await settled(page);
					},
					false,
				],
				places: ["/people?tab=places", () => at("button", "Edit North yard")],
				apikeys: ["/keys", () => at("row", /Website feed/)],
				apikey: [
					"/keys",
					async () => {
						await page.getByRole("button", { name: "New key" }).click();
						await at("checkbox", "Decode VINs");
						await settled(page);
					},
					false,
				],
				audit: [
					"/audit",
					async () => {
						await page.getByRole("button", { name: "Verify" }).click();
						await page.getByTestId("whole").waitFor();
						await page.getByRole("row", { name: /Added: role Yard lead/ }).getByRole("button", { name: /^Show entry/ }).click();
						await at("columnheader", "Before");
					},
				],
				backups: ["/backups", () => at("button", /^Back up now/)],
				restore: ["/backups?tab=restore", () => at("slider")],
				drills: ["/backups?tab=drills", () => at("button", "Drill with faults")],
				place: [
					"/backups",
					async () => {
						await page.getByRole("button", { name: "Add a place" }).click();
						await page.getByTestId("estimate").getByText(/a month/).waitFor();
						await settled(page);
					},
					false,
				],
				network: ["/network", () => at("button", "Change the key")],
				security: ["/security", () => at("switch", /Company account/)],
				signins: [
					"/security",
					async () => {
						await page.getByRole("button", { name: "Edit Company account" }).click();
						await at("textbox", "Issuer");
						await settled(page);
					},
					false,
				],
				gone: ["/vehicles/018f0000-0000-7000-8000-000000000000", () => at("alert")],
				missing: ["/no/such/page", () => at("heading", /nothing at this address/)],
			};
			const only = process.env.ONLY?.split(",");
			for (const [name, [where, ready, full]] of Object.entries(screens)) {
				if (only && !only.includes(name)) continue;
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
	await page.locator('html[data-mantine-color-scheme="light"]').waitFor(); // paper is light
	assert.equal(await page.getByRole("banner").isVisible(), false);
	assert.equal(await page.getByRole("heading", { level: 1 }).isVisible(), true);
	await page.screenshot({ path: path.join(shots, "print.png"), fullPage: true });
	await page.context().close();
});

test("high contrast has no serious finding either", async () => {
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, highContrast: true });
	for (const theme of ["light", "dark"]) {
		const page = await open(b, hub, { theme });
		const [v] = (await hub.api("GET", "/api/v1/vehicles?limit=1")).items;
		for (const [name, where] of Object.entries({ settings: "/settings", overview: `/vehicles/${v.id}` })) {
			await page.goto(hub.run.url + where);
			await page.locator("html[data-high-contrast]").waitFor();
			await page.getByRole("heading", { level: 2 }).first().waitFor();
			await look(page, `${name}-contrast`, "desktop", theme);
		}
		await page.context().close();
	}
	await hub.api("PUT", "/api/v1/preferences", p);
});

const invoice = "Oak Garage\nInvoice No. 48213\nDate: 03/04/2026\nMileage: 84,120 mi\nEngine oil change with filter\nTotal due: $112.40";

const otherwise = (vehicleId) => ({
	items: [
		{
			vehicleId,
			vin: "4T1BF1FK9FU226704",
			title: "2015 TOYOTA Camry",
			from: "2026_10",
			to: "2026_11",
			changes: [{ element: "model", before: "Camry", after: "Camry Nova" }],
		},
	],
});

test("the pseudo-locale reaches every text, and has room at 320 px", async () => {
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, language: "pseudo", welcomed: true });
	const page = await open(b, hub, { width: 320, height: 800 });
	// Whatever the hub answers is data, and stays as it is.
	const said = [];
	page.on("response", async (r) => {
		if (r.url().includes("/api/")) said.push(await r.text().catch(() => ""));
	});
	const list = (await hub.api("GET", "/api/v1/vehicles?limit=60")).items;
	const claimed = list.find((v) => v.claimed.model && v.claimed.source).id;
	// Briefings come as streams, which the browser does not hand over.
	const brief = (where, body) =>
		fetch(hub.run.url + where, {
			method: "POST",
			headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/json", Accept: "text/event-stream" },
			body: body && JSON.stringify(body),
		}).then((r) => r.text());
	said.push(await brief(`/api/v1/vehicles/${claimed}/insights`), await brief("/api/v1/insights", { vin: "5KBCT1A33E1768185" }));
	// What this test types itself.
	said.push("zzzzzz", "1FTFW1EF0FF107919");
	const wait = (role) => page.getByRole(role).first().waitFor();
	const screens = {
		welcome: ["/welcome", () => wait("heading")],
		serve: [
			"/welcome?step=serve",
			async () => {
				await page.locator("main [role=radiogroup] label").last().click();
				await page.locator("main .mantine-Code-root").first().waitFor();
			},
		],
		model: ["/welcome?step=model", () => page.getByRole("region").getByRole("link").first().waitFor()],
		account: ["/account", () => wait("heading")],
		door: ["/sign-in", () => page.locator('input[autocomplete~="username"]').waitFor()],
		decode: ["/", () => page.locator("#vin").waitFor()],
		decoded: ["/?vin=5KBCT1A33E1768185", () => page.getByTestId("briefing").waitFor()],
		vehicles: ["/vehicles", () => page.getByRole("table").getByRole("link").first().waitFor()],
		none: ["/vehicles?q=zzzzzz", () => page.getByRole("heading", { level: 2 }).waitFor()],
		overview: [`/vehicles/${claimed}`, () => page.getByRole("heading", { level: 2 }).first().waitFor()],
		specs: [`/vehicles/${claimed}?tab=specs`, () => wait("rowheader")],
		timeline: [`/vehicles/${claimed}?tab=timeline`, () => wait("listitem")],
		insights: [`/vehicles/${claimed}?tab=insights`, () => page.getByTestId("briefing").waitFor()],
		add: [`/vehicles/${claimed}?add=service`, () => page.getByRole("dialog").getByRole("combobox").waitFor()],
		edit: [
			`/vehicles/${claimed}`,
			async () => {
				await page.getByRole("heading", { level: 2 }).first().waitFor();
				await page.keyboard.press("e");
				await page.getByRole("dialog").getByRole("combobox").first().waitFor();
			},
		],
		keys: ["/vehicles", async () => {
			await page.getByRole("table").getByRole("link").first().waitFor();
			await page.keyboard.press("?");
			await page.getByRole("dialog").waitFor();
		}],
		palette: ["/vehicles", async () => {
			await page.getByRole("table").getByRole("link").first().waitFor();
			await page.keyboard.press("Control+k");
			await page.getByRole("dialog").getByRole("option").first().waitFor();
		}],
		settings: ["/settings", () => page.getByRole("heading", { name: "log.format" }).waitFor()],
		models: ["/models", () => page.getByRole("button").filter({ hasText: "GGUF" }).or(page.locator('input[type="file"]')).first().waitFor({ state: "attached" })],
		orders: ["/models?tab=orders", () => wait("switch")],
		providers: ["/models?tab=providers", () => wait("switch")],
		provider: [
			"/models?tab=providers",
			async () => {
				await wait("switch");
				await page.getByRole("tabpanel").getByRole("button").first().click();
				await page.getByRole("dialog").getByRole("textbox").first().waitFor();
			},
		],
		activity: ["/activity", async () => {
			await page.locator("button[aria-expanded]").last().waitFor();
			await page.locator("main ol button[aria-expanded]").first().click();
			await page.getByRole("columnheader").first().waitFor();
		}],
		trash: ["/trash", () => page.locator("main ul button").first().waitFor()],
		jobs: ["/vehicles", async () => {
			await page.getByRole("table").getByRole("link").first().waitFor();
			for (const key of ["g", "j"]) await page.keyboard.press(key);
			await page.locator("section h2[data-title]").waitFor();
		}],
		missing: ["/no/such/page", () => wait("heading")],
		people: ["/people", () => page.getByRole("row").filter({ hasText: "Sam Seller" }).waitFor()],
		person: [
			"/people",
			async () => {
				await page.getByRole("row").filter({ hasText: "Sam Seller" }).waitFor();
				await page.getByRole("tabpanel").getByRole("button").first().click();
				await page.getByRole("dialog").getByTestId("preview").getByRole("list").first().waitFor();
			},
		],
		roles: ["/people?tab=roles", () => page.getByRole("region", { name: "Yard lead" }).waitFor()],
		role: [
			"/people?tab=roles",
			async () => {
				await page.getByRole("region", { name: "Yard lead" }).waitFor();
				await page.getByRole("tabpanel").getByRole("button").nth(3).click();
				await page.getByRole("dialog").getByTestId("preview").getByRole("list").first().waitFor();
			},
		],
		compare: [
			"/people?tab=roles",
			async () => {
				await page.getByRole("region", { name: "Yard lead" }).waitFor();
				await page.getByRole("tabpanel").getByRole("button").first().click();
				await page.getByRole("dialog").getByRole("rowheader").first().waitFor();
			},
		],
		places: ["/people?tab=places", () => page.getByRole("tabpanel").getByText("North yard").waitFor()],
		apikeys: ["/keys", () => page.getByRole("row").filter({ hasText: "Website feed" }).waitFor()],
		apikey: [
			"/keys",
			async () => {
				await page.getByRole("row").filter({ hasText: "Website feed" }).waitFor();
				await page.locator("main button").first().click();
				await page.getByRole("dialog").getByRole("checkbox").first().waitFor();
			},
		],
		audit: [
			"/audit",
			async () => {
				await page.getByRole("row").filter({ hasText: "Yard lead" }).getByRole("button").first().click();
				await page.getByTestId("entry").waitFor();
			},
		],
		backups: ["/backups", () => page.getByTestId("line").waitFor()],
		restore: ["/backups?tab=restore", () => wait("slider")],
		drills: ["/backups?tab=drills", () => page.getByRole("tabpanel").getByRole("button").first().waitFor()],
		place: [
			"/backups",
			async () => {
				await page.getByTestId("line").waitFor();
				await page.getByRole("tabpanel").getByRole("button").first().click();
				await page.getByTestId("estimate").locator("p").nth(1).waitFor();
			},
		],
		network: ["/network", () => page.locator("main dl").first().waitFor()],
		security: ["/security", () => wait("switch")],
		signins: [
			"/security",
			async () => {
				await page.getByRole("region", { name: "Company account" }).getByRole("button").nth(1).click();
				await page.getByRole("dialog").getByRole("textbox").first().waitFor();
			},
		],
		unchanged: ["/vpic/changes", () => page.locator("main a").first().waitFor()],
		changes: [
			"/vpic/changes",
			async () => {
				// What a release reads otherwise is listed only once one was brought in (vpic.test.mjs).
				await page.route("**/api/v1/vpic/changes?*", (r) => r.fulfill({ json: otherwise(claimed) }));
				await page.reload();
				await page.getByRole("table").first().waitFor();
			},
		],
		invoice: [
			`/vehicles/${claimed}?add=invoice`,
			async () => {
				await page.getByRole("dialog").getByRole("textbox").fill(invoice);
				await page.keyboard.press("Control+Enter");
				await page.getByRole("dialog").locator("mark").first().waitFor();
			},
		],
	};
	said.push(invoice);
	const missed = [];
	for (const [name, [where, ready]] of Object.entries(screens)) {
		await page.goto(hub.run.url + where);
		await ready();
		await page.screenshot({ path: path.join(shots, `pseudo-${name}.png`), fullPage: true });
		const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		if (over > 0) missed.push(`${name} is ${over} px too wide`);
		for (const cut of await cutOff(page)) missed.push(`${name} cuts off ${cut}`);
		const texts = await page.evaluate(() => {
			const all = [];
			const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			for (let n = walk.nextNode(); n; n = walk.nextNode())
				if (n.parentElement.checkVisibility() && !n.parentElement.closest("script,style,code,kbd,.mantine-Code-root")) all.push(n.textContent.trim());
			for (const el of document.querySelectorAll("[aria-label],[placeholder],[title],img[alt]"))
				if (el.checkVisibility() && !el.closest("[aria-hidden=true]"))
				for (const a of ["aria-label", "placeholder", "title", "alt"]) all.push(el.getAttribute(a) ?? "");
			return all.filter(Boolean);
		});
		const data = said.join(" ").toLowerCase();
		// Signs of units, names of formats and of the months: the same in every language, or the platform's.
		const known =
			/^(mi|km|gal|imp|mpg|kwh|usd|cad|eur|gbp|vin|ctrl|enter|esc|iso|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|hubcap)$/i;
		for (const t of texts) {
			// In a text of the catalogue every letter is strange: plain ones are data put in, or missed.
			const plain = t.match(/(?<!\p{L})[A-Za-z]{3,}(?!\p{L})/gu) ?? [];
			const odd = plain.filter((w) => !known.test(w) && !data.includes(w.toLowerCase()));
			const whole = !/[\[\]]/.test(t) && plain.length > 0 && !plain.every((w) => known.test(w));
			if (odd.length > 0 || (whole && !inData(t, data))) missed.push(`${name}: ${t.slice(0, 80)}`);
		}
	}
	assert.deepEqual([...new Set(missed)], []);
	await page.context().close();
	await hub.api("PUT", "/api/v1/preferences", p);
});

/** Whether a text without any of our words is the hub's: all its words stand in the answers. */
const inData = (t, data) => (t.toLowerCase().match(/[a-z]{3,}/g) ?? []).every((w) => data.includes(w));
