// A hub on a network, and browsers of devices there. Runs within e2e/lan.sh.
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import fs from "node:fs";
import https from "node:https";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { Hub } from "../hub.mjs";

const require = createRequire(path.join(import.meta.dirname, "../../frontend/package.json"));
const { chromium } = require("playwright-core");

/** This machine's address on the network of the test. */
export const address = "10.99.0.7";

/** A hub that faces the network, with what it says of itself: hub.lan. */
export async function network(options = {}) {
	const hub = await Hub.start({ ...options, args: ["--lan", ":8443", ...(options.args ?? [])] });
	hub.lan = await hub.api("GET", "/api/v1/lan");
	return hub;
}

/** One request to the listener for others, by any host, without trust. */
export function ask(hub, where, { host, headers = {} } = {}) {
	return new Promise((resolve, reject) => {
		const name = host ?? new URL(hub.lan.url).host;
		https
			.get(
				{ host: address, port: 8443, path: where, headers: { Host: name, ...headers }, rejectUnauthorized: false, agent: false },
				(r) => {
					const parts = [];
					r.on("data", (b) => parts.push(b));
					r.on("end", () => resolve({ status: r.statusCode, headers: r.headers, body: Buffer.concat(parts) }));
				},
			)
			.on("error", reject);
	});
}

/**
 * A browser of a device on the network, as after its owner followed the
 * install page: the fingerprint compared, the authority installed. trusting:
 * false leaves that out.
 */
export async function device(hub, { trusting = true } = {}) {
	const home = fs.mkdtempSync(path.join(os.tmpdir(), "hubcap-device-"));
	const store = path.join(home, ".pki/nssdb");
	fs.mkdirSync(store, { recursive: true });
	execFileSync("certutil", ["-d", `sql:${store}`, "-N", "--empty-password"]);
	if (trusting) {
		const { body } = await ask(hub, "/install/hubcap-ca.crt");
		const got = new X509Certificate(body).fingerprint256;
		if (got !== hub.lan.fingerprint) throw new Error(`the authority's fingerprint is ${got}, the hub says ${hub.lan.fingerprint}`);
		fs.writeFileSync(path.join(home, "ca.crt"), body);
		execFileSync("certutil", ["-d", `sql:${store}`, "-A", "-t", "C,,", "-n", "hubcap", "-i", path.join(home, "ca.crt")]);
	}
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		env: { ...process.env, HOME: home },
		args: [
			"--headless",
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			`--host-resolver-rules=MAP ${hub.lan.name} ${address}, MAP * ~NOTFOUND, EXCLUDE ${address}`,
		],
	});
	browser.on("disconnected", () => fs.rmSync(home, { recursive: true, force: true }));
	return browser;
}

/** The settings of a phone's window. */
export const phone = {
	viewport: { width: 390, height: 800 },
	isMobile: true,
	hasTouch: true,
	userAgent: "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
};

/** A passkey device within the browser's page. */
export async function authenticator(page) {
	const cdp = await page.context().newCDPSession(page);
	await cdp.send("WebAuthn.enable");
	const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
		options: {
			protocol: "ctap2",
			transport: "internal",
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});
	return { cdp, authenticatorId };
}
