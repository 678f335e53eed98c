// A model on another machine: before anything is sent a person reads what
// would leave, word by word; who declines sends nothing, and who agrees does
// it once.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, looks, open, until } from "./hub.mjs";

let b;
let hub;
let page;
let provider;
let id;
const asked = [];
const none = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-away-"));
// More than are quoted: else there is nothing to choose.
const notes = [
	"Timing cover seeps a little oil at idle.",
	"Front pads are worn down to two millimetres.",
	"Second key is with the manager.",
	"Washed and vacuumed on Friday.",
	"Radio presets were cleared.",
	"Parked in row four.",
];

before(async () => {
	provider = http.createServer((q, r) => {
		let body = "";
		q.on("data", (d) => {
			body += d;
		});
		q.on("end", () => {
			asked.push(body);
			const { messages } = JSON.parse(body);
			const choice = (more) => `data: ${JSON.stringify({ choices: [{ index: 0, ...more }] })}\n\n`;
			r.writeHead(200, { "Content-Type": "text/event-stream" });
			r.write(choice({ delta: { role: "assistant", content: answer(messages.at(-1).content) } }));
			r.end(`${choice({ delta: {}, finish_reason: "stop" })}data: [DONE]\n\n`);
		});
	});
	// The unspecified address leads here, and is not loopback: to the hub a machine like any other.
	await new Promise((r) => provider.listen(0, "0.0.0.0", r));
	[b, hub] = await Promise.all([
		browser(),
		Hub.start({ sample: true, args: ["--models", none], env: { HUBCAP_NET_ALLOW: "0.0.0.0/32" } }),
	]);
	const far = await hub.api("POST", "/api/v1/providers", {
		name: "Far",
		kind: "openai",
		url: `http://${where()}/v1`,
		models: ["writer"],
		enabled: true,
	});
	const ref = `${far.id}/writer`;
	const job = await hub.api("POST", "/api/v1/engines/bench", { ref });
	await until(async () => (await hub.api("GET", `/api/v1/jobs/${job.id}`)).state === "done", "the check of the model", 120_000);
	for (const capability of ["write", "ask"])
		await hub.api("PUT", `/api/v1/orders/${capability}`, { refs: [ref], never: [] });
	const list = (await hub.api("GET", "/api/v1/vehicles?limit=60")).items;
	id = list.find((v) => v.title.includes("Camry")).id;
	for (const text of notes) await hub.api("POST", `/api/v1/vehicles/${id}/notes`, { text });
	asked.length = 0;
	page = await open(b, hub);
});
after(async () => {
	await b?.close();
	await hub?.remove();
	provider?.close();
	fs.rmSync(none, { recursive: true, force: true });
});

const where = () => `0.0.0.0:${provider.address().port}`;

/** What matters of the check's notebooks, and of this test's. */
const dangers =
	/brakes failed|Frame is bent|airbag lamp|knocks|slips|Fuel line|flood|rolled back|Steering locks|head gasket|cracked|a lien|came off|Rust went|seized|who owns|worn down/;

/** An honest model: it says the statements as they are given, or names the notes that matter. */
function answer(prompt) {
	const said = [...prompt.matchAll(/^(F\d+) \(\w+\): (.*?)(?: You may add: .*)?$/gm)];
	if (said.length > 0)
		return JSON.stringify({ sentences: said.slice(0, 12).map(([, f, text]) => ({ text: text.split(" or: ")[0], cites: [f] })) });
	const lines = [...prompt.matchAll(/^(\d+)\. (.*)$/gm)];
	return JSON.stringify({ choose: lines.filter(([, , t]) => dangers.test(t)).slice(0, 2).map(([, n]) => Number(n)) });
}

const banner = () => page.getByRole("alert").filter({ hasText: "can write this briefing" });
const briefing = () => page.getByRole("region", { name: "Briefing" });
const summary = () => page.getByRole("region", { name: "What the notes say" });

test("a briefing is written here until a person has read what would leave, and sent it", async () => {
	await page.goto(`${hub.run.url}/vehicles/${id}?tab=insights`);
	await banner().getByText("writer at Far", { exact: false }).waitFor();
	await banner().getByRole("button", { name: "Show exactly what would leave" }).click();
	const words = await banner().locator("pre").last().textContent();
	assert.match(words, /^F\d+ \(/m);
	await looks(page, "away-briefing");
	await briefing().getByText("No AI", { exact: false }).waitFor();
	assert.deepEqual(asked, [], "reading it sends nothing");

	// Who looks elsewhere, explains a finding or pastes an invoice has not agreed.
	await page.getByRole("button", { name: /^Explain/ }).first().click();
	await page.getByRole("region", { name: /^Explanation/ }).getByText("How it was found").waitFor();
	await page.goto(`${hub.run.url}/vehicles/${id}?add=invoice`);
	await page.getByRole("dialog").getByRole("textbox").fill("Oak Garage\nInvoice 77\nDate: 2026-03-01\nOil change\nTotal $81.20");
	await page.keyboard.press("Control+Enter");
	await page.getByRole("dialog").getByRole("combobox", { name: "What was done" }).waitFor();
	await page.goto(`${hub.run.url}/?vin=5KBCT1A33E1768185`);
	await page.getByTestId("briefing").waitFor();
	await page.goto(`${hub.run.url}/vehicles/${id}?tab=insights`);
	await banner().waitFor();
	assert.deepEqual(asked, []);

	await banner().getByRole("button", { name: /^Send it to/ }).click();
	await briefing().getByText(/written by writer at Far/i).waitFor();
	assert.equal(asked.length, 1);
	const sent = JSON.parse(asked[0]).messages.at(-1).content;
	assert.equal(sent, words, "what leaves is what was shown");
	for (const note of notes) assert.ok(!asked[0].includes(note), "no note leaves with a briefing");
	await banner().waitFor({ state: "detached" });
	asked.length = 0;
	const told = page.waitForResponse((r) => r.url().includes("/insights/outgoing"));
	await page.reload();
	await (await told).finished();
	await briefing().getByText(/written by writer at Far/i).waitFor();
	await page.getByRole("button", { name: /^Explain/ }).first().waitFor();
	await banner().waitFor({ state: "detached" });
});

test("notes are quoted by rules until a person lets the model choose, each time anew", async () => {
	await page.goto(`${hub.run.url}/vehicles/${id}?tab=insights`);
	const n = Number.parseInt(await summary().getByText(/^\d+ notes/).textContent(), 10);
	await summary().getByRole("button", { name: "Summarise the notes" }).click();
	await summary().getByText("chosen by rules", { exact: false }).waitFor();
	const ask = summary().getByRole("alert");
	await ask.getByText(where(), { exact: false }).first().waitFor();
	await ask.getByRole("button", { name: "Show exactly what would leave" }).click();
	await ask.getByText(notes[1], { exact: false }).waitFor();
	await looks(page, "away-notes");
	assert.deepEqual(asked, [], "reading it sends nothing");

	await ask.getByRole("button", { name: /^Send it to/ }).click();
	await summary().getByText("writer at Far chose which", { exact: false }).waitFor();
	assert.equal(asked.length, 1);
	assert.ok(asked[0].includes(notes[1]));

	// Somebody else writes, and the page reads itself anew: nothing leaves with it.
	await hub.api("POST", `/api/v1/vehicles/${id}/notes`, { text: "Parked behind the hall." });
	await summary().getByText(new RegExp(`^${n + 1} notes`)).waitFor();
	await summary().getByRole("button", { name: "Summarise again" }).click();
	await summary().getByText("chosen by rules", { exact: false }).waitFor();
	await ask.waitFor();
	assert.equal(asked.length, 1, "the word of a person holds for once");
});

test("a machine that is not there costs a line, and is told as sent", async () => {
	await new Promise((r) => {
		provider.close(r);
		provider.closeAllConnections();
	});
	const other = (await hub.api("GET", "/api/v1/vehicles?limit=60")).items.find((v) => v.title.includes("F-150")).id;
	await page.goto(`${hub.run.url}/vehicles/${other}?tab=insights`);
	await banner().getByRole("button", { name: /^Send it to/ }).click();
	await briefing().getByRole("status").getByText("stays", { exact: false }).waitFor({ timeout: 60_000 });
	assert.equal(await banner().count(), 0, "nobody knows that nothing has left");
	assert.deepEqual(page.outside, []);
	assert.deepEqual(page.faults, []);
});
