// What an attacker tries against the program as it is shipped: each test is an
// attack that must fail.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, Hub, open, until } from "./hub.mjs";

const password = "violet anvil crosses seven rivers";
const vin = "4T1BF1FK9FU226704";
let b;
let hub;
let owner;
let manager;
let seller;

before(async () => {
	[b, hub] = await Promise.all([browser(), Hub.start({ args: ["--lan", "127.0.0.1:0", "--lan-plain"], env: { HUBCAP_NET_ALLOW: "" } })]);
	await hub.api("POST", "/api/v1/setup", { name: "Olga", login: "olga", password });
	owner = await signIn("olga");
	manager = await person("mara", "manager", { kind: "all" });
	seller = await person("sven", "sales", { kind: "own" });
});
after(async () => {
	await b?.close();
	await hub?.remove();
});

/** One request, byte for byte as given: fetch would mend some of it. */
function ask(method, where, { body, cookie, key, headers = {}, base = hub.run.url, from } = {}) {
	const url = new URL(base);
	const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
	return new Promise((resolve, reject) => {
		const r = http.request(
			{
				host: url.hostname,
				port: url.port,
				method,
				path: where,
				localAddress: from,
				headers: {
					...(text === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
					...(cookie ? { Cookie: cookie } : {}),
					...(key ? { Authorization: `Bearer ${key}` } : { Origin: base }),
					...headers,
				},
			},
			(res) => {
				let got = "";
				res.on("data", (d) => {
					got += d;
				});
				res.on("end", () => {
					let json;
					try {
						json = JSON.parse(got);
					} catch {
						// Not every answer is JSON.
					}
					resolve({ status: res.statusCode, headers: res.headers, text: got, json });
				});
			},
		);
		r.on("error", reject);
		r.end(text);
	});
}

const cookieOf = (a) =>
	(a.headers["set-cookie"] ?? [])
		.map((c) => c.split(";")[0])
		.find((c) => /_s=./.test(c)) ?? "";

async function signIn(login, more = {}) {
	const a = await ask("POST", "/api/v1/session", { body: { login, password }, ...more });
	assert.equal(a.status, 200, a.text);
	return cookieOf(a);
}

async function person(login, role, reach) {
	const u = await hub.api("POST", "/api/v1/users", { login, name: login, role, reach });
	const link = await hub.api("POST", `/api/v1/users/${u.id}/invite`);
	const a = await ask("POST", "/api/v1/invitations/accept", { body: { token: link.token, password } });
	assert.equal(a.status, 200, a.text);
	return cookieOf(a);
}

/** Where a hub faces the network, by its address: its name is known to nobody here. */
async function network(h) {
	const u = new URL((await h.api("GET", "/api/v1/lan")).url);
	return `http://127.0.0.1:${u.port}`;
}

const count = async () => (await hub.api("GET", "/api/v1/vehicles")).items.length;

test("a session that was planted before the sign-in is never anybody's", async () => {
	const name = owner.split("=")[0];
	const planted = `${name}=${"a".repeat(26)}`;
	const mine = await signIn("mara", { cookie: planted });
	assert.notEqual(mine, planted);
	assert.equal((await ask("GET", "/api/v1/vehicles", { cookie: planted })).status, 401);
	assert.equal((await ask("GET", "/api/v1/vehicles", { cookie: mine })).status, 200);
});

test("the session's cookie can't be read by scripts nor sent by other sites", async () => {
	const a = await ask("POST", "/api/v1/session", { body: { login: "mara", password } });
	const set = a.headers["set-cookie"].find((c) => c.includes("_s="));
	assert.match(set, /HttpOnly/);
	assert.match(set, /SameSite=Strict/);
	assert.match(set, /Path=\//);
});

test("forged requests write nothing", async () => {
	const before = await count();
	const body = { vin };
	for (const [what, headers] of Object.entries({
		"another origin": { Origin: "http://evil.example" },
		"the null origin": { Origin: "null" },
		"another port": { Origin: "http://127.0.0.1:1" },
		"a cross-site page": { "Sec-Fetch-Site": "cross-site" },
		"a same-site page": { "Sec-Fetch-Site": "same-site" },
		"a form's type": { "Content-Type": "application/x-www-form-urlencoded" },
		"plain text": { "Content-Type": "text/plain" },
		"a method in a header": { "X-HTTP-Method-Override": "POST", Origin: "http://evil.example" },
	})) {
		const a = await ask("POST", "/api/v1/vehicles", { body, cookie: owner, headers });
		assert.ok([403, 415].includes(a.status), `${what}: ${a.status} ${a.text}`);
	}
	const noOrigin = await new Promise((resolve, reject) => {
		const u = new URL(hub.run.url);
		const text = JSON.stringify(body);
		http
			.request({ host: u.hostname, port: u.port, method: "POST", path: "/api/v1/vehicles", headers: { Cookie: owner, "Content-Type": "application/json", "Content-Length": text.length } }, (r) => resolve(r.statusCode))
			.on("error", reject)
			.end(text);
	});
	assert.equal(noOrigin, 403, "a cookie without an Origin");
	assert.equal(await count(), before);
});

test("a foreign name is not answered, on either listener", async () => {
	const lan = await network(hub);
	for (const base of [hub.run.url, lan]) {
		for (const host of ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"]) {
			const a = await ask("GET", "/api/v1/session", { cookie: owner, headers: { Host: host }, base });
			assert.equal(a.status, 421, `${host} at ${base}`);
		}
	}
});

test("this start's key opens nothing over the network", async () => {
	const lan = await network(hub);
	const a = await ask("GET", "/api/v1/vehicles", { key: hub.run.token, base: lan });
	assert.equal(a.status, 401, a.text);
	const door = await ask("GET", `/?t=${hub.run.token}`, { base: lan });
	assert.ok(!(door.headers["set-cookie"] ?? []).length, "the door opens over the network");
});

test("nobody sees or steers somebody else's job", async () => {
	const started = await ask("POST", "/api/v1/search/rebuild", { cookie: owner });
	assert.equal(started.status, 202, started.text);
	const id = started.json.id;
	for (const where of [`/api/v1/jobs/${id}`, "/api/v1/jobs", "/api/v1/jobs?which=ended"]) {
		const a = await ask("GET", where, { cookie: seller });
		assert.ok(!(a.status === 200 && a.text.includes(id)), `${where}: ${a.text}`);
	}
	for (const what of ["pause", "cancel", "resume"]) {
		const a = await ask("POST", `/api/v1/jobs/${id}/${what}`, { cookie: seller });
		assert.equal(a.status, 404, `${what}: ${a.text}`);
	}
	assert.equal((await ask("DELETE", `/api/v1/jobs/${id}`, { cookie: seller })).status, 404);
});

test("addresses inside the network are not asked", async () => {
	let asked = 0;
	const inside = http.createServer((_, res) => {
		asked++;
		res.end("{}");
	});
	await new Promise((r) => inside.listen(0, "127.0.0.1", r));
	const port = inside.address().port;
	const provider = (url) => ({ name: "P", kind: "openai", url, key: "k", enabled: true });
	const outside = (issuer) => ({ name: "O", issuer, clientId: "c", secret: "s", create: false, link: false, enabled: true, mapping: [] });
	try {
		const far = await ask("POST", "/api/v1/providers", { cookie: owner, body: provider("https://models.example/v1") });
		assert.equal(far.status, 201, `the test's own form is wrong: ${far.text}`);
		const door = await ask("POST", "/api/v1/sign-in-providers", { cookie: owner, body: outside("https://login.example") });
		assert.equal(door.status, 201, `the test's own form is wrong: ${door.text}`);
		for (const url of [
			`http://127.0.0.1:${port}`,
			`http://localhost:${port}`,
			`http://[::1]:${port}`,
			`http://[::ffff:127.0.0.1]:${port}`,
			`http://2130706433:${port}`,
			`http://0177.0.0.1:${port}`,
			`http://0:${port}`,
			"http://169.254.169.254/latest/meta-data",
			"http://10.0.0.1",
			"http://[fd00::1]",
			"file:///etc/passwd",
			"gopher://127.0.0.1:25/",
		]) {
			const p = await ask("POST", "/api/v1/providers", { cookie: owner, body: provider(url) });
			if (p.status === 201) {
				const offers = await ask("POST", `/api/v1/providers/${p.json.id}/offers`, { cookie: owner, headers: { "If-Match": "*" } });
				assert.ok(offers.status >= 400, `${url}: ${offers.status}`);
				await ask("DELETE", `/api/v1/providers/${p.json.id}`, { cookie: owner, headers: { "If-Match": "*" } });
			}
			const o = await ask("POST", "/api/v1/sign-in-providers", { cookie: owner, body: outside(url) });
			if (o.status === 201) {
				const t = await ask("POST", `/api/v1/sign-in-providers/${o.json.id}/test`, { cookie: owner });
				assert.ok(t.status >= 400, `${url}: ${t.status}`);
			}
		}
		assert.equal(asked, 0, "a server inside was asked");
	} finally {
		inside.close();
	}
});

test("no path leads out of the pages or the upload's folder", async () => {
	for (const where of ["/../vault.key", "/..%2fvault.key", "/assets/..%2f..%2fvault.key", "/%2e%2e/run.json", "/assets/../../run.json", "//etc/passwd", "/api/v1/../../run.json", "/.git/config"]) {
		const a = await ask("GET", where, { cookie: owner });
		assert.ok(!a.text.includes("hubcap-vault") && !a.text.includes(hub.run.token) && !a.text.includes("root:"), where);
	}
	const upload = await ask("PUT", "/api/v1/models/import?name=..%2f..%2fevil", { cookie: owner, body: "not a pack", headers: { "Content-Type": "application/octet-stream" } });
	assert.ok(upload.status >= 400, upload.text);
	assert.ok(!fs.existsSync(path.join(hub.dir, "..", "evil")));
});

test("bombs are refused and the hub goes on", async () => {
	const deep = "[".repeat(200_000) + "]".repeat(200_000);
	for (const [what, body] of Object.entries({
		"deep JSON": `{"vin":${deep}}`,
		"a long body": JSON.stringify({ vin: "x".repeat(3_000_000) }),
		"many keys": `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`).join()}}`,
		"one key twice": `{"vin":"${vin}","vin":"${vin}","owner":{}}`,
		"half a body": '{"vin":"4T1',
	})) {
		const a = await ask("POST", "/api/v1/vehicles", { cookie: owner, body });
		assert.ok(a.status >= 400 && a.status < 500, `${what}: ${a.status}`);
	}
	const yaml = `a: &a [${"x,".repeat(9)}x]\n${"bcdefghi".split("").map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefgh"[i]}`).join()}]`).join("\n")}\nroles: *i\n`;
	assert.equal((await ask("POST", "/api/v1/roles/import", { cookie: owner, body: { yaml } })).status, 422);
	assert.equal((await ask("GET", "/readyz")).status, 200);
});

test("a request with two lengths is not smuggled", async () => {
	const u = new URL(hub.run.url);
	const answer = await new Promise((resolve, reject) => {
		const s = net.connect(Number(u.port), u.hostname, () => {
			s.write(`POST /api/v1/vehicles HTTP/1.1\r\nHost: ${u.host}\r\nCookie: ${owner}\r\nOrigin: ${hub.run.url}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\n{}\r\nGET /api/v1/audit HTTP/1.1\r\nHost: ${u.host}\r\nCookie: ${owner}\r\n\r\n`);
		});
		let got = "";
		s.on("data", (d) => {
			got += d;
		});
		s.on("close", () => resolve(got));
		s.on("error", reject);
		s.setTimeout(3000, () => s.destroy());
	});
	assert.ok(!answer.includes('"items"'), answer);
});

test("a spreadsheet runs nothing of an export", async () => {
	await hub.api("POST", "/api/v1/vehicles", { vin, stock: "=HYPERLINK(1)", plate: "@SUM(1)", location: "+1", tags: ["-2"] });
	const a = await ask("GET", "/api/v1/vehicles/export?format=csv", { cookie: owner });
	assert.equal(a.status, 200);
	assert.match(a.text, /'=HYPERLINK\(1\)/);
	for (const line of a.text.split("\r\n").join("\n").split("\n"))
		for (const cell of line.split(",")) assert.ok(!/^"?[=+\-@\t]/.test(cell), `a cell begins like a formula: ${cell}`);
});

test("a stored script does not run", async () => {
	const bad = `<img src=x onerror="globalThis.pwned=1"><svg onload="globalThis.pwned=1"></svg><script>globalThis.pwned=1</script>`;
	const v = await hub.api("POST", "/api/v1/vehicles", { vin, stock: bad.slice(0, 60), location: bad.slice(0, 99), tags: [bad.slice(0, 40)] });
	await hub.api("POST", `/api/v1/vehicles/${v.id}/notes`, { text: `${bad} javascript:alert(1) [x](javascript:alert(1))` });
	await hub.api("POST", `/api/v1/vehicles/${v.id}/services`, { date: "2025-06-05", workshop: bad.slice(0, 90), items: [{ kind: "brakes", text: bad.slice(0, 90) }] });
	const page = await open(b, hub);
	for (const where of [`/vehicles/${v.id}`, `/vehicles/${v.id}?tab=timeline`, `/vehicles/${v.id}?tab=activity`, "/vehicles?q=onerror"]) {
		await page.goto(hub.run.url + where);
		await until(async () => (await page.locator("body").innerText()).includes("onerror"), `the text at ${where}`);
		assert.equal(await page.evaluate(() => globalThis.pwned), undefined, where);
		assert.equal(await page.locator("img[src='x'], a[href^='javascript']").count(), 0, where);
	}
	await page.context().close();
});

test("an unknown login and a wrong password are answered alike", async () => {
	const [wrong, unknown] = await Promise.all([
		ask("POST", "/api/v1/session", { body: { login: "olga", password: "not the one at all" } }),
		ask("POST", "/api/v1/session", { body: { login: "nobody-here", password: "not the one at all" } }),
	]);
	assert.equal(wrong.status, unknown.status);
	assert.equal(wrong.text, unknown.text);
});

test("guesses are slowed whatever address they claim, and the person still comes in", async () => {
	await person("gitta", "viewer", { kind: "all" });
	let limited = 0;
	for (let i = 0; i < 25; i++) {
		const a = await ask("POST", "/api/v1/session", { body: { login: "gitta", password: `guess number ${i}` }, headers: { "X-Forwarded-For": `203.0.113.${i}`, "X-Real-IP": `203.0.113.${i}`, Forwarded: `for=203.0.113.${i}` } });
		if (a.status === 429) {
			limited++;
			assert.ok(Number(a.headers["retry-after"]) > 0);
		}
	}
	assert.ok(limited > 5, `${limited} of 25 guesses were slowed`);
	const mine = await until(async () => {
		const a = await ask("POST", "/api/v1/session", { body: { login: "gitta", password } });
		return a.status === 200 && cookieOf(a);
	}, "the person to come in", 90_000);
	assert.ok(mine);
	const trail = await hub.api("GET", "/api/v1/audit?limit=200");
	assert.ok(!JSON.stringify(trail).includes("203.0.113."), "the trail believes what the client says of its address");
});

/** RFC 6238, 6 digits, 30 s. */
function totp(secret, at = Date.now()) {
	const bits = [...secret.replace(/=+$/, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((x) => Number.parseInt(x, 2)));
	const n = Buffer.alloc(8);
	n.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
	const h = crypto.createHmac("sha1", key).update(n).digest();
	return String((h.readUInt32BE(h[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

test("a code of an app and a backup code open once, however many try at once", async () => {
	let mine = await person("tom", "viewer", { kind: "all" });
	const seed = (await ask("POST", "/api/v1/me/totp", { cookie: mine })).json;
	const secret = seed.secret;
	assert.ok(secret, JSON.stringify(seed));
	const added = await ask("PUT", "/api/v1/me/totp", { cookie: mine, body: { code: totp(secret) } });
	assert.ok(added.status < 300, added.text);
	mine = cookieOf(added) || mine;
	const codes = (await ask("POST", "/api/v1/me/codes", { cookie: mine })).json.codes;
	assert.equal(codes.length, 10);
	const tickets = async (n) =>
		Promise.all(Array.from({ length: n }, async () => (await ask("POST", "/api/v1/session", { body: { login: "tom", password } })).json?.ticket)).then((t) => t.filter(Boolean));
	for (const [method, value] of [["code", () => codes[0]], ["totp", () => totp(secret, Date.now() + 30_000)]]) {
		const held = await tickets(20);
		assert.ok(held.length > 3, `${held.length} tickets`);
		// Guesses are slowed, and these are many: until one of them is heard, they all come again.
		const got = await until(async () => {
			const now = value();
			const all = await Promise.all(held.map((ticket) => ask("POST", "/api/v1/session/second", { body: { ticket, method, value: now } })));
			return all.some((a) => a.status !== 429) && all;
		}, "one that is not slowed", 90_000);
		assert.equal(got.filter((a) => a.status === 200 && cookieOf(a)).length, 1, `${method}: ${got.map((a) => a.status)}`);
	}
});

test("of fifty who want to be the first owner at once, one is, and no stranger", async () => {
	const fresh = await Hub.start({ args: ["--lan", "127.0.0.1:0", "--lan-plain"] });
	try {
		const base = await network(fresh);
		const { code } = await fresh.api("GET", "/api/v1/setup");
		const body = (i, c) => ({ code: c, organisation: "O", name: `N${i}`, login: `first${i}`, password });
		const strangers = await Promise.all(Array.from({ length: 5 }, (_, i) => ask("POST", "/api/v1/setup", { base, from: "127.0.0.9", body: body(i, i ? "AAAA-AAAA" : undefined) })));
		assert.ok(strangers.every((a) => a.status >= 400), String(strangers.map((a) => a.status)));
		assert.equal((await ask("GET", "/api/v1/vehicles", { base })).status, 401);
		const now = (await fresh.api("GET", "/api/v1/setup")).code ?? code;
		const all = await Promise.all(Array.from({ length: 50 }, (_, i) => ask("POST", "/api/v1/setup", { base, body: body(i, now) })));
		assert.equal(all.filter((a) => a.status === 200).length, 1, String(all.map((a) => a.status)));
		assert.equal((await fresh.api("GET", "/api/v1/users")).items.length, 1);
	} finally {
		await fresh.remove();
	}
});

test("nobody makes themselves more than they are", async () => {
	const me = (await ask("GET", "/api/v1/session", { cookie: manager })).json.user;
	for (const [method, where, body, headers] of [
		["PUT", "/api/v1/me", { name: "Mara", role: "owner" }],
		["PUT", "/api/v1/me", { name: "Mara", reach: { kind: "all" }, proofs: {} }],
		["POST", "/api/v1/users", { login: "x1", name: "X", role: "owner", reach: { kind: "all" } }],
		["PUT", `/api/v1/users/${me.id}`, { login: "mara", name: "Mara", role: "owner", reach: { kind: "all" } }, { "If-Match": "*" }],
		["POST", "/api/v1/users", { login: "x2", name: "X", role: "viewer", reach: { kind: "all" }, id: me.id, proofs: { password: "" } }],
		["POST", "/api/v1/roles", { name: "Mine", permissions: ["hub.manage"] }],
		["POST", "/api/v1/keys", { name: "k", permissions: ["roles.manage"] }],
		["PUT", "/api/v1/organisation", { name: "Mine", locations: [], groups: [], mfa: {}, sessions: { idleMinutes: 60, absoluteHours: 24 } }],
	]) {
		const a = await ask(method, where, { cookie: manager, body, headers });
		assert.ok(a.status === 403 || a.status === 422, `${method} ${where} ${JSON.stringify(body)}: ${a.status} ${a.text}`);
	}
	assert.equal((await ask("GET", "/api/v1/settings", { cookie: manager, headers: { "Hubcap-View-As": "owner" } })).status, 403);
	assert.equal((await ask("GET", "/api/v1/session", { cookie: manager })).json.user.role, "manager");
	const v = await ask("POST", "/api/v1/vehicles", { cookie: seller, body: { vin, owner: me.id } });
	assert.equal(v.status, 403, "a seller puts a vehicle where they can't see it");
	const forged = await ask("POST", "/api/v1/vehicles", { cookie: seller, body: { vin, id: "x", sample: true, decoded: { make: "EVIL" }, rev: 99 } });
	assert.equal(forged.status, 422, forged.text);
});

test("the answer to a repeated write is its writer's alone", async () => {
	const headers = { "Idempotency-Key": "same" };
	const mine = await ask("POST", "/api/v1/vehicles", { cookie: owner, body: { vin, stock: "OWNERS" }, headers });
	const theirs = await ask("POST", "/api/v1/vehicles", { cookie: seller, body: { vin, stock: "OWNERS" }, headers });
	assert.equal(mine.status, 201);
	assert.equal(theirs.status, 201);
	assert.notEqual(mine.json.id, theirs.json.id);
});

test("every kind of answer carries its headers", async () => {
	for (const where of ["/", "/api/v1/session", "/api/v1/vehicles", "/nowhere", "/assets/none.js", "/api/v1/lan/qr.svg"]) {
		const { headers } = await ask("GET", where, { cookie: owner });
		const csp = headers["content-security-policy"];
		assert.match(csp, /default-src 'none'/, where);
		assert.ok(!/script-src[^;]*'unsafe-inline'/.test(csp) && !/script-src[^;]*'unsafe-eval'/.test(csp), `${where}: ${csp}`);
		assert.match(csp, /frame-ancestors 'none'/, where);
		assert.equal(headers["x-content-type-options"], "nosniff", where);
		assert.equal(headers["cross-origin-opener-policy"], "same-origin", where);
		assert.equal(headers["cross-origin-resource-policy"], "same-origin", where);
		assert.ok(headers["permissions-policy"], where);
		assert.equal(headers["access-control-allow-origin"], undefined, where);
	}
});

test("secrets are in no file, log, trail or answer", async () => {
	const { key, token } = (await ask("POST", "/api/v1/keys", { cookie: owner, body: { name: "canary", permissions: ["audit.read", "vehicles.read"] } })).json;
	assert.ok(key);
	const far = await ask("POST", "/api/v1/providers", { cookie: owner, body: { name: "Far", kind: "openai", url: "https://models.example/v1", key: "sk-canary-7351924680", enabled: true } });
	assert.equal(far.status, 201, far.text);
	const u = await hub.api("POST", "/api/v1/users", { login: "invited", name: "I", role: "viewer", reach: { kind: "all" } });
	const link = await hub.api("POST", `/api/v1/users/${u.id}/invite`);
	const session = await signIn("olga");
	await ask("GET", "/api/v1/vehicles", { key: token });
	await ask("POST", "/api/v1/session", { body: { login: "olga", password: "canary wrong password" } });
	const canaries = { "the password": password, "a wrong password": "canary wrong password", "an API key": token, "a provider's key": "sk-canary-7351924680", "an invitation": link.token, "a session": session.split("=")[1] };
	const places = { "the log": hub.log, "the console": hub.out };
	for (const where of ["/api/v1/audit?limit=200", "/api/v1/audit/export?format=jsonl", "/api/v1/users", "/api/v1/keys?all=true", "/api/v1/providers", "/api/v1/settings", "/metrics", "/api/v1/activity", "/api/v1/vehicles/export?format=jsonl"])
		places[where] = (await ask("GET", where, { cookie: owner })).text;
	await hub.stop();
	for (const name of fs.readdirSync(hub.dir, { recursive: true })) {
		const file = path.join(hub.dir, name);
		if (fs.statSync(file).isFile()) places[name] = fs.readFileSync(file, "latin1");
	}
	assert.ok(Object.keys(places).length > 12, "too few places were looked at");
	for (const [what, secret] of Object.entries(canaries))
		for (const [where, text] of Object.entries(places)) assert.ok(!text.includes(secret), `${what} stands in ${where}`);
});
