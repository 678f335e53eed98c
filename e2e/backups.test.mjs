// Backups on the real hub: a folder and a bucket are added, tried and given
// keys; a restore test turns the light green; a side copy is compared; a
// vehicle is brought back and taken back; a drill leaves its report.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { bin, browser, Hub, looks, open, until } from "./hub.mjs";

const vin = "4T1BF1FK9FU226704";
const passphrase = "harbour violin copper meadow glass";
const gateway = path.resolve(import.meta.dirname, "../build/bin/versitygw");
const skip = fs.existsSync(gateway) ? false : "build/bin/versitygw is not built: run build/s3.sh";

let b;
let hub;
let folder;
let vehicle;
let server;

before(async () => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-e2e-place-"));
	[b, hub] = await Promise.all([browser(), Hub.start()]);
	vehicle = await hub.api("POST", "/api/v1/vehicles", { vin, stock: "A-17" });
	await hub.api("POST", "/api/v1/vehicles", { vin: "1FTFW1EF0FF107919", stock: "B-2" });
});
after(async () => {
	await b?.close();
	await hub?.remove();
	await server?.stop();
	fs.rmSync(folder, { recursive: true, force: true });
});

/** A real S3 server in a folder of its own, with one bucket. */
async function s3() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-e2e-s3-"));
	const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
	for (const d of ["data", "data/backups", "versions", "iam"]) fs.mkdirSync(path.join(dir, d));
	if (user.uid) for (const d of ["", "data", "data/backups", "versions", "iam"]) fs.chownSync(path.join(dir, d), user.uid, user.gid);
	const port = await new Promise((r) => {
		const s = net.createServer().listen(0, "127.0.0.1", () => {
			const { port } = s.address();
			s.close(() => r(port));
		});
	});
	const access = { key: "root-access", secret: "root-secret-of-the-tests" };
	const child = spawn(
		gateway,
		["--port", `127.0.0.1:${port}`, "--access", access.key, "--secret", access.secret, "--region", "us-east-1", "--quiet", "--health", "/health",
			"--iam-dir", path.join(dir, "iam"), "posix", "--versioning-dir", path.join(dir, "versions"), path.join(dir, "data")],
		{ cwd: dir, stdio: "ignore", ...user },
	);
	const url = `http://127.0.0.1:${port}`;
	await until(() => {
		if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}`);
		return fetch(`${url}/health`).then((r) => r.ok, () => false);
	}, "versitygw to answer");
	return {
		...access,
		url,
		dir,
		async stop() {
			const ended = new Promise((r) => child.once("exit", r));
			if (child.exitCode === null && child.kill()) await ended;
			fs.rmSync(dir, { recursive: true, force: true });
		},
	};
}

const card = (page, name) => page.getByRole("region", { name, exact: true });
const dialog = (page) => page.getByRole("dialog");
/** A field of the dialog; a required one has a star in its label. */
const field = (page, name) => dialog(page).getByLabel(new RegExp(`^${name}( \\*)?$`));
/** Changes a place as a program does. */
async function set(place, part) {
	const { name, kind, folder: where, preset, keep } = place;
	const r = await fetch(`${hub.run.url}/api/v1/backups/${place.id}`, {
		method: "PUT",
		headers: { Authorization: `Bearer ${hub.run.token}`, "Content-Type": "application/json", "If-Match": `"${place.rev}"` },
		body: JSON.stringify({ name, kind, folder: where, preset, keep, ...part }),
	});
	assert.equal(r.status, 200, await r.text());
}
/** Waits until everything that is written is in the backup. */
async function shipped(id, of = hub) {
	const { id: job } = await of.api("POST", `/api/v1/backups/${id}/now`, {});
	await until(async () => (await of.api("GET", `/api/v1/jobs/${job}`)).state === "done", "the backup");
}
/** The files below a folder whose name holds a digest. */
const find = (dir, sha256) =>
	fs
		.readdirSync(dir, { recursive: true })
		.filter((f) => f.replaceAll(/[^0-9a-f]/g, "").endsWith(sha256.slice(4)))
		.map((f) => path.join(dir, f));
const path_ = () => path.basename(folder);

/** Chooses a passphrase, takes the sheet, and enters its two words. */
async function keys(page) {
	await dialog(page).getByRole("heading", { name: "Choose a passphrase" }).waitFor();
	await field(page, "Passphrase").fill("tooshort");
	await dialog(page).getByText("Too short yet: at least 12 signs.").waitFor();
	await field(page, "Passphrase").fill(passphrase);
	await dialog(page).getByText("Strong.").waitFor();
	await field(page, "The same again").fill(passphrase);
	await dialog(page).getByRole("button", { name: "Begin the backup" }).click();
	const list = page.getByTestId("words");
	await list.waitFor();
	const words = await list.locator("b").allTextContents();
	assert.equal(words.length, 10);
	assert.ok(words.every((w) => /^[A-Z0-9]+$/.test(w)), words.join(" "));
	return words;
}

async function confirm(page, words) {
	await dialog(page).getByRole("button", { name: "I have it on paper" }).click();
	const fields = dialog(page).getByRole("textbox");
	await fields.nth(1).waitFor();
	const labels = await dialog(page).locator("label").allTextContents();
	const places = labels.map((l) => Number(/\d+/.exec(l)[0]));
	assert.equal(places.length, 2);
	return { fields, right: places.map((n) => words[n - 1]) };
}

test("a folder: added, given keys, proven by a restore", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/backups`);
	await page.getByRole("heading", { name: "Nothing is backed up yet" }).waitFor();
	await looks(page, "backups-none");
	await page.getByRole("button", { name: "Add a place" }).click();
	await dialog(page).getByText("Folder or drive").click();
	await field(page, "Folder").fill(path.join(hub.dir, "inside"));
	await dialog(page).getByRole("button", { name: "Go on" }).click();
	await dialog(page).getByText("lies in the hub's own data folder").waitFor();
	await field(page, "Folder").fill(folder);
	await dialog(page).getByRole("button", { name: "Test this place" }).click();
	await dialog(page).getByText("The place works.").waitFor();
	assert.equal(await dialog(page).locator("li[data-ok=true]").count(), 6);
	await dialog(page).getByTestId("estimate").getByText(/^About .* requests a month/).waitFor();
	const always = await dialog(page).getByTestId("estimate").locator("p").first().textContent();
	await dialog(page).getByRole("radio", { name: "Nightly" }).check();
	await until(async () => (await dialog(page).getByTestId("estimate").locator("p").first().textContent()) !== always, "the estimate of nightly backups");
	await dialog(page).getByRole("radio", { name: "Continuously" }).check();
	await looks(page, "backups-folder");
	await dialog(page).getByRole("button", { name: "Go on" }).click();

	const words = await keys(page);
	await looks(page, "backups-sheet");
	await page.emulateMedia({ media: "print" });
	await page.getByRole("heading", { name: "Recovery sheet of a Hubcap backup" }).waitFor();
	for (const w of words) assert.ok(await page.locator("[data-sheet]").getByText(w).first().isVisible());
	assert.ok(await page.locator("[data-sheet]").getByText(`--from ${folder}`).isVisible());
	await page.setViewportSize({ width: 794, height: 1123 });
	await page.screenshot({ path: path.join(import.meta.dirname, "out/backups-paper.png"), fullPage: true });
	await page.emulateMedia({ media: "screen" });
	await page.setViewportSize({ width: 1280, height: 850 });

	const { fields, right } = await confirm(page, words);
	await fields.nth(0).fill("WRONG");
	await fields.nth(1).fill(right[1]);
	await dialog(page).getByRole("button", { name: "Confirm" }).click();
	await dialog(page).getByText("is not the word on the sheet").waitFor();
	await fields.nth(0).fill(right[0].toLowerCase());
	await dialog(page).getByRole("button", { name: "Confirm" }).click();
	await dialog(page).getByText("The first whole copy goes up now").waitFor();
	await dialog(page).getByRole("button", { name: "Done" }).click();

	const place = card(page, path_());
	await place.getByTestId("lag").getByText("Every change is in the backup.").waitFor();
	await place.getByRole("button", { name: /^Back up now/ }).click();
	await place.getByText("Everything that was written until then is in the backup.").waitFor();
	await place.getByRole("button", { name: /^Test a restore/ }).click();
	await place.getByText(/^The restore came out right: \d+ documents/).waitFor();
	await page.locator('[data-testid=light][data-light="good"]').waitFor();
	await place.getByTestId("line").getByText(/^Last backup .* · verified restore .* · sent as you work$/).waitFor();
	await place.getByRole("button", { name: /^Verify/ }).click();
	await place.getByText(/objects? (is|are) there and whole/).waitFor();
	await looks(page, "backups-green");
	assert.deepEqual(page.faults.filter((f) => !/4\d\d/.test(f)), []);
	await page.context().close();
});

test("any second is restored beside, compared, and removed", async () => {
	const page = await open(b, hub);
	// Paused, so that the third vehicle is here alone.
	const [place] = (await hub.api("GET", "/api/v1/backups")).items;
	await set(place, { paused: true });
	await until(async () => (await hub.api("GET", `/api/v1/backups/${place.id}`)).phase === "", "the place to be paused");
	await hub.api("POST", "/api/v1/vehicles", { vin: "5YJ3E1EA7KF317000", stock: "C-3" });
	await page.goto(`${hub.run.url}/backups?tab=restore`);
	await page.getByRole("region", { name: "Whole copies" }).getByRole("row").nth(1).waitFor();
	await page.getByText("Everything that is in the backup.").waitFor();
	await page.getByRole("button", { name: /^Use / }).first().click();
	await page.getByText(/This very second can be restored|the last state before/).last().waitFor();
	const slider = page.getByRole("slider", { name: "Moment to restore" });
	await slider.focus();
	await page.keyboard.press("Home");
	await page.getByText(/This very second can be restored|The backup begins later|You get the last state before/).last().waitFor();
	await page.getByLabel("Day and time").fill("2020-01-01T00:00:00");
	await page.getByText(/The backup begins later/).waitFor();
	assert.equal(await page.getByRole("button", { name: "Restore a side copy" }).isDisabled(), true);
	await page.getByRole("button", { name: "The newest" }).click();
	await page.getByRole("button", { name: "Restore a side copy" }).click();
	await dialog(page).getByRole("button", { name: "Restore a side copy" }).click();
	const copies = page.getByRole("region", { name: "Side copies" });
	await copies.getByRole("status").first().waitFor();
	await copies.getByRole("button", { name: "Show all counts" }).click();
	const row = copies.getByRole("row").filter({ hasText: "vehicles" }).first();
	await row.waitFor();
	const cells = (await row.getByRole("cell").allTextContents()).map((c) => c.trim());
	assert.deepEqual(cells, ["vehicles", "2", "3", "−1"]);
	assert.match(await copies.getByLabel("Switch to it", { exact: true }).textContent(), /^hubcap restore --switch .*copy-.* --data /);
	await looks(page, "backups-restore");
	const [copy] = (await hub.api("GET", "/api/v1/backup-copies")).items;
	assert.ok(fs.existsSync(copy.path));
	await copies.getByRole("button", { name: /^Remove the copy/ }).click();
	await dialog(page).getByRole("button", { name: "Remove the copy" }).click();
	await copies.waitFor({ state: "detached" });
	assert.ok(!fs.existsSync(copy.path));
	await set(await hub.api("GET", `/api/v1/backups/${place.id}`), { paused: false });
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("one vehicle comes back, and goes again by undo", async () => {
	const page = await open(b, hub);
	const gone = async () => {
		const r = await fetch(`${hub.run.url}/api/v1/vehicles/${vehicle.id}`, { headers: { Authorization: `Bearer ${hub.run.token}` } });
		return r.status === 404;
	};
	await fetch(`${hub.run.url}/api/v1/vehicles/${vehicle.id}`, {
		method: "DELETE",
		headers: { Authorization: `Bearer ${hub.run.token}`, "If-Match": `"${vehicle.rev}"` },
	});
	await until(gone, "the vehicle to be gone");
	const [place] = (await hub.api("GET", "/api/v1/backups")).items;
	const [point] = (await hub.api("GET", `/api/v1/backups/${place.id}/points`)).points;
	await page.goto(`${hub.run.url}/backups?tab=restore`);
	await page.getByRole("button", { name: /^Use / }).first().click();
	assert.ok(point.whole);
	await page.getByRole("textbox", { name: "VIN" }).fill(vin.toLowerCase());
	await page.getByRole("button", { name: "Bring it back" }).click();
	await page.getByText(/\d+ records? (was|were) brought back/).waitFor();
	await until(async () => !(await gone()), "the vehicle to be back");
	await page.getByRole("region", { name: "One vehicle" }).getByRole("button", { name: "Undo" }).click();
	await page.getByText("Taken back: the vehicle is as it was before.").waitFor();
	await until(gone, "the vehicle to be gone again");
	await page.getByRole("textbox", { name: "VIN" }).fill("1FTFW1EF0FF107000");
	await page.getByRole("button", { name: "Bring it back" }).click();
	await page.getByText("The backup has no vehicle 1FTFW1EF0FF107000").first().waitFor();
	await page.context().close();
});

test("a drill leaves a report that can be read and kept", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/backups?tab=drills`);
	await page.getByText("No drill has been done yet.").waitFor();
	await page.getByRole("button", { name: "Restore drill", exact: true }).click();
	const row = page.getByRole("row").filter({ hasText: "held" });
	await row.waitFor({ timeout: 120_000 });
	await looks(page, "backups-drills");
	const [report] = await Promise.all([page.context().waitForEvent("page"), row.getByRole("button", { name: /^Open the report/ }).click()]);
	await report.getByRole("heading").first().waitFor();
	await report.close();
	const [file] = await Promise.all([page.waitForEvent("download"), row.getByRole("button", { name: /^Save the signed report/ }).click()]);
	assert.match(file.suggestedFilename(), /^drill-.*\.json$/);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("a file that is gone here comes back from the backup", async () => {
	const head = { Authorization: `Bearer ${hub.run.token}` };
	const [other] = (await hub.api("GET", "/api/v1/vehicles?limit=1")).items;
	const put = await fetch(`${hub.run.url}/api/v1/vehicles/${other.id}/attachments?name=data.bin`, {
		method: "PUT",
		headers: { ...head, "Content-Type": "application/octet-stream" },
		body: Buffer.from([0, 1, 2, 3, 250, 251]),
	});
	assert.ok(put.ok, `${put.status}`);
	const { sha256 } = await put.json();
	const [place] = (await hub.api("GET", "/api/v1/backups")).items;
	await shipped(place.id);
	const [file] = find(path.join(hub.dir, "blobs"), sha256);
	fs.rmSync(file);
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/vehicles/${other.id}?tab=files`);
	await page.getByRole("button", { name: "Open data.bin" }).click();
	await dialog(page).getByRole("button", { name: "Save", exact: true }).click();
	await dialog(page).getByRole("button", { name: "Bring it back from the backup" }).first().click();
	await page.getByText("data.bin is whole again").waitFor();
	assert.ok(fs.existsSync(file));
	await page.context().close();
});

test("paused, forgotten, given new keys, removed: each says what it does", async () => {
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/backups`);
	const place = card(page, path_());
	const menu = async (item) => {
		await place.getByRole("button", { name: /^More for/ }).click();
		await page.getByRole("menuitem", { name: item }).click();
	};
	await place.waitFor();
	await menu("Forget old backups…");
	await dialog(page).getByRole("row").nth(1).waitFor();
	await dialog(page).getByRole("cell", { name: "stays" }).first().waitFor();
	await looks(page, "backups-prune");
	await page.keyboard.press("Escape");
	await dialog(page).waitFor({ state: "detached" });

	await menu("Pause");
	await place.getByTestId("light").getByText("Paused").waitFor();
	await page.goto(`${hub.run.url}/vehicles`);
	await page.getByRole("complementary", { name: "Notice" }).getByText(/is paused: nothing is sent there/).waitFor();
	await looks(page, "backups-banner");
	await page.getByRole("complementary", { name: "Notice" }).getByRole("link", { name: "See backups" }).click();
	await menu("Go on");
	await page.locator('[data-testid=light][data-light="good"]').waitFor();

	await menu("Change the passphrase…");
	await field(page, "Passphrase").fill(`${passphrase} again`);
	await field(page, "The same again").fill(`${passphrase} agian`);
	await dialog(page).getByRole("button", { name: "Change the passphrase" }).click();
	await dialog(page).getByText("is not the same").waitFor();
	await field(page, "The same again").fill(`${passphrase} again`);
	await dialog(page).getByRole("button", { name: "Change the passphrase" }).click();
	await dialog(page).waitFor({ state: "detached" });

	await menu("New recovery key…");
	await dialog(page).getByRole("button", { name: "Make a new recovery key" }).click();
	await page.getByTestId("words").waitFor();
	await page.keyboard.press("Escape"); // a slip does not lose it
	const words = await page.getByTestId("words").locator("b").allTextContents();
	await dialog(page).getByRole("button", { name: "Close" }).click();
	await place.getByText(/nobody has confirmed that the recovery key/i).waitFor();
	// What is not severe can be hidden on the other pages, and stays so for the session.
	await page.goto(`${hub.run.url}/vehicles`);
	const notice = page.getByRole("complementary", { name: "Notice" });
	await notice.getByText(/Nobody has confirmed/).waitFor();
	await looks(page, "backups-notice");
	await notice.getByRole("button", { name: "Hide until I come back" }).click();
	await notice.waitFor({ state: "detached" });
	await page.reload();
	await page.getByRole("heading", { name: "Vehicles" }).waitFor();
	assert.equal(await notice.isVisible(), false);
	await page.goto(`${hub.run.url}/backups`);
	await place.getByRole("button", { name: /^Enter two words/ }).click();
	await dialog(page).getByRole("textbox").nth(1).waitFor();
	const asked = (await dialog(page).locator("label").allTextContents()).map((l) => Number(/\d+/.exec(l)[0]));
	for (const [i, at] of asked.entries()) await dialog(page).getByRole("textbox").nth(i).fill(words[at - 1]);
	await dialog(page).getByRole("button", { name: "Confirm" }).click();
	await dialog(page).waitFor({ state: "detached" });
	await place.getByText(/nobody has confirmed/i).waitFor({ state: "detached" });

	await menu("Remove…");
	const remove = dialog(page).getByRole("button", { name: "Remove the place" });
	assert.equal(await remove.isDisabled(), true);
	await dialog(page).getByRole("textbox").fill(path_());
	await remove.click();
	await page.getByRole("heading", { name: "Nothing is backed up yet" }).waitFor();
	assert.ok(fs.readdirSync(folder).length > 0, "what lies there was deleted");

	// The same place again: there is a backup already, which the passphrase opens.
	await page.getByRole("button", { name: "Add a place" }).click();
	await dialog(page).getByText("Folder or drive").click();
	await field(page, "Folder").fill(folder);
	await dialog(page).getByRole("button", { name: "Go on" }).click();
	await dialog(page).getByRole("heading", { name: "There is a backup here already" }).waitFor();
	await field(page, "Its passphrase or recovery key").fill(passphrase);
	await dialog(page).getByRole("button", { name: "Open the backup" }).click();
	await dialog(page).getByRole("alert").waitFor();
	await field(page, "Its passphrase or recovery key").fill(words.join(" "));
	await dialog(page).getByRole("button", { name: "Open the backup" }).click();
	await place.getByText(/^(Not proven yet|Proven by a restore)$/).waitFor();
	await page.context().close();
});

test("a bucket: what is wrong stands at its field, and then it works", { skip }, async () => {
	server = await s3();
	const page = await open(b, hub);
	await page.goto(`${hub.run.url}/backups`);
	await page.getByRole("button", { name: "Add a place" }).click();
	await field(page, "Endpoint").waitFor();
	assert.equal(await dialog(page).locator("input:visible:not([type=radio])").count(), 6, "more than six fields at first sight");
	await field(page, "Endpoint").fill(server.url);
	await field(page, "Bucket").fill("backups");
	await field(page, "Folder in the bucket").fill("hub");
	await field(page, "Access key").fill(server.key);
	await field(page, "Secret key").fill("not the secret");
	await dialog(page).getByRole("button", { name: "Test this place" }).click();
	await dialog(page).getByText("The place does not work yet.").waitFor();
	const secret = field(page, "Secret key");
	await until(async () => (await secret.getAttribute("aria-invalid")) === "true", "the fault at the secret key");
	await looks(page, "backups-bucket-wrong");
	await secret.fill(server.secret);
	await field(page, "Bucket").fill("elsewhere");
	await dialog(page).getByRole("button", { name: "Test this place" }).click();
	await until(async () => (await field(page, "Bucket").getAttribute("aria-invalid")) === "true", "the fault at the bucket");
	assert.equal(await secret.getAttribute("aria-invalid"), null);
	await field(page, "Bucket").fill("backups");
	await dialog(page).getByRole("button", { name: "Test this place" }).click();
	await dialog(page).getByText("The place works.").waitFor();
	await looks(page, "backups-bucket");
	await dialog(page).getByRole("button", { name: "Go on" }).click();
	const words = await keys(page);
	assert.ok(await page.locator("[data-sheet]").textContent().then((t) => t.includes(`s3://backups/hub?endpoint=${server.url}`)));
	const { fields, right } = await confirm(page, words);
	for (const [i, w] of right.entries()) await fields.nth(i).fill(w);
	await dialog(page).getByRole("button", { name: "Confirm" }).click();
	await dialog(page).getByRole("button", { name: "Test a restore now" }).click();
	const place = card(page, "backups/hub");
	await place.locator('[data-testid=light][data-light="good"]').waitFor({ timeout: 60_000 });
	await page.context().close();
});

test("after a switch to a side copy the hub asks before it goes on", async () => {
	const there = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-e2e-place-"));
	let shop = await Hub.start();
	try {
		await shop.api("POST", "/api/v1/vehicles", { vin, stock: "A-17" });
		const place = await shop.api("POST", "/api/v1/backups", { name: "Drive", kind: "folder", folder: there });
		await shop.api("POST", `/api/v1/backups/${place.id}/init`, { passphrase });
		await shipped(place.id, shop);
		const job = await shop.api("POST", `/api/v1/backups/${place.id}/restore`, {});
		await until(async () => (await shop.api("GET", `/api/v1/jobs/${job.id}`)).state === "done", "the copy");
		const [copy] = (await shop.api("GET", "/api/v1/backup-copies")).items;
		await shop.stop();
		const [, ...args] = copy.command.split(" ");
		execFileSync(bin, args, { env: { PATH: process.env.PATH, HOME: shop.dir } });
		shop = await Hub.start({ data: shop.dir });
		const page = await open(b, shop);
		await page.goto(`${shop.run.url}/backups`);
		const drive = card(page, "Drive");
		await drive.getByText("Go on with this backup, or begin a new one?").waitFor();
		await drive.getByTestId("light").getByText("Has a question").waitFor();
		await looks(page, "backups-ask");
		await drive.getByRole("button", { name: "Go on with this backup" }).click();
		await drive.getByText("Go on with this backup, or begin a new one?").waitFor({ state: "detached" });
		await drive.getByTestId("lag").getByText("Every change is in the backup.").waitFor();
		await page.context().close();
	} finally {
		await shop.remove();
		fs.rmSync(there, { recursive: true, force: true });
	}
});

test("the first start offers the way back from a backup", async () => {
	const bare = await Hub.start();
	try {
		const page = await open(b, bare);
		await page.waitForURL(/\/welcome/);
		await page.getByText("Restore from a backup").click();
		await page.getByLabel("Endpoint").fill("https://s3.example.com");
		await page.getByLabel("Bucket, with the folder in it").fill("backups/hub");
		const code = (name) => page.getByLabel(name, { exact: true });
		assert.equal(
			await code("Restore beside the data of this Hubcap").textContent(),
			`hubcap restore --from 's3://backups/hub?endpoint=https://s3.example.com' --into ${bare.dir}.restored`,
		);
		assert.equal(await code("Put it in its place").textContent(), `hubcap restore --switch ${bare.dir}.restored --data ${bare.dir}`);
		await looks(page, "backups-welcome");
		await page.context().close();
	} finally {
		await bare.remove();
	}
});
