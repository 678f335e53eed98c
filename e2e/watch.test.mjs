// A file that is put into the watched folder is a list on the page; one that
// can't be read says why.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, open } from "./hub.mjs";

let b;
let hub;
let dir;
before(async () => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-watched-"));
	[b, hub] = await Promise.all([browser(), Hub.start({ args: ["--watch", dir] })]);
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, welcomed: true });
});
after(async () => {
	await b?.close();
	await hub?.remove();
	fs.rmSync(dir, { recursive: true, force: true });
});

test("a list comes in by the watched folder", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/lists`);
	await page.getByText("No list has been checked yet.").waitFor();
	fs.writeFileSync(path.join(dir, "evening.csv"), "VIN,Make\n4T1BF1FK9FU226704,Toyota\n");
	fs.writeFileSync(path.join(dir, "photo.csv"), Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"));
	await page.getByRole("link", { name: "evening.csv" }).waitFor({ timeout: 60_000 });
	await page.getByText(/photo.csv of the watched folder could not be read/).waitFor({ timeout: 60_000 });
	await page.getByRole("link", { name: "evening.csv" }).click();
	await page.getByRole("status").filter({ hasText: "1 row checked" }).waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});
