// Starts the built hub and a browser that can reach nothing else.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const require = createRequire(path.join(root, "frontend", "package.json"));
const { chromium } = require("playwright-core");
export const axeSource = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Waits until check returns something, or fails after ms. */
export async function until(check, what, ms = 30_000) {
	const end = Date.now() + ms;
	for (;;) {
		const got = await check();
		if (got) return got;
		if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
		await new Promise((r) => setTimeout(r, 50));
	}
}

/**
 * A database of its own for a data folder, where HUBCAP_E2E_DB names a server:
 * the flows hold on either store.
 */
function databaseOf(dir) {
	const server = process.env.HUBCAP_E2E_DB;
	if (!server) return {};
	const name = path.basename(dir).toLowerCase().replace(/[^a-z0-9]/g, "_");
	const ask = (sql) => execFileSync("psql", ["-qAt", "-c", sql, server], { encoding: "utf8" });
	if (!ask(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)) ask(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
	const url = new URL(server);
	url.pathname = `/${name}`;
	return { HUBCAP_DB: url.href };
}

/** The hub that was built. */
export const bin = process.env.HUBCAP_BIN ?? path.join(root, "build/bin/hubcap");

/** A running hub on a data folder of its own. */
export class Hub {
	static async start({ sample = false, data, args = [], env = {}, bin: program = bin } = {}) {
		const dir = data ?? fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-e2e-"));
		const child = spawn(
			program,
			["serve", "--data", dir, "--listen", "127.0.0.1:0", ...(sample ? ["--sample"] : []), ...args],
			{ env: { PATH: process.env.PATH, HOME: dir, ...databaseOf(dir), ...env }, stdio: ["ignore", "pipe", "pipe"] },
		);
		const hub = new Hub(child, dir);
		child.stderr.on("data", (b) => {
			hub.log += b;
		});
		child.stdout.on("data", (b) => {
			hub.out += b;
		});
		await until(() => {
			if (child.exitCode !== null) throw new Error(`the hub ended with ${child.exitCode}: ${hub.log}`);
			return hub.out.includes("/?t=");
		}, "the hub to be ready");
		hub.run = JSON.parse(fs.readFileSync(path.join(dir, "run.json"), "utf8"));
		return hub;
	}

	constructor(child, dir) {
		this.child = child;
		this.dir = dir;
		this.log = "";
		this.out = "";
	}

	get door() {
		return `${this.run.url}/?t=${this.run.token}`;
	}

	/** Asks the API as a program does. */
	async api(method, where, body) {
		const r = await fetch(this.run.url + where, {
			method,
			headers: {
				Authorization: `Bearer ${this.run.token}`,
				...(body === undefined ? {} : { "Content-Type": "application/json" }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		if (!r.ok) throw new Error(`${method} ${where}: ${r.status} ${await r.text()}`);
		return r.json();
	}

	async stop(signal = "SIGTERM") {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		const ended = new Promise((r) => this.child.once("exit", r));
		this.child.kill(signal);
		await ended;
	}

	async remove() {
		await this.stop();
		fs.rmSync(this.dir, { recursive: true, force: true });
	}
}

/** Chromium without a network: every name but this machine's is unknown to it. */
export function browser({ names = [], args = [] } = {}) {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [
			"--headless",
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			`--host-resolver-rules=${["MAP * ~NOTFOUND", ...["127.0.0.1", ...names].map((n) => `EXCLUDE ${n}`)].join(", ")}`,
			...args,
		],
	});
}

/** A page that notes what it asks for outside the hub and what goes wrong in it. */
export async function open(b, hub, { theme = "light", width = 1280, height = 850 } = {}) {
	const context = await b.newContext({
		viewport: { width, height },
		colorScheme: theme,
		permissions: ["clipboard-read", "clipboard-write"],
	});
	const page = await context.newPage();
	page.outside = [];
	page.faults = [];
	page.on("request", (r) => {
		if (!r.url().startsWith(hub.run.url) && !/^(data|blob):/.test(r.url())) page.outside.push(r.url());
	});
	page.on("pageerror", (e) => page.faults.push(String(e)));
	page.on("console", (m) => {
		if (m.type() === "error") page.faults.push(m.text());
	});
	await page.goto(hub.door);
	await page.waitForURL((u) => !u.search.includes("t="));
	return page;
}

/** The serious and critical findings of axe on the page as it stands. */
export async function axe(page) {
	// The policy allows no inline script; the debugger's own evaluation is not the page's.
	await page.evaluate(axeSource);
	const { violations } = await page.evaluate(() =>
		globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
	);
	return violations
		.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.html.slice(0, 120)).slice(0, 3).join(" | ")})`);
}

const shots = path.join(import.meta.dirname, "out");

// "zoomed" is the desktop at 200 %: the page has half the room on both sides.
const windows = { desktop: [1280, 850], zoomed: [640, 425], phone: [390, 850], narrow: [320, 850] };

/** Looks at the page as it stands in both themes, enlarged and on a phone: keeps pictures, and finds nothing serious. */
export async function looks(page, name) {
	fs.mkdirSync(shots, { recursive: true });
	for (const [device, [width, height]] of Object.entries(windows))
		for (const colorScheme of ["light", "dark"]) {
			await page.setViewportSize({ width, height });
			await page.emulateMedia({ colorScheme });
			await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== "running"));
			await page.screenshot({ path: path.join(shots, `${name}-${device}-${colorScheme}.png`), fullPage: true });
			assert.deepEqual(await axe(page), [], `axe on ${name}, ${device}, ${colorScheme}`);
			const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			assert.ok(over <= 0, `${name} is ${over} px wider than a ${device} window`);
		}
	await page.setViewportSize({ width: 1280, height: 850 });
	await page.emulateMedia({ colorScheme: "light" });
}
