// The service worker: it keeps the app's own files, so that the page opens
// while the hub is stopped and says so. It never keeps an answer of the API.
// The build puts the list of files and their digest in place (vite.config.ts).
const version = "%VERSION%";
const files = ["%FILES%"];
const name = `hubcap-${version}`;

// What the hub alone answers.
const never = /^\/(api\/|healthz$|readyz$|metrics$)/;

self.addEventListener("install", (e) => {
	e.waitUntil(caches.open(name).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (e) => {
	const old = caches
		.keys()
		.then((all) => Promise.all(all.filter((n) => n !== name).map((n) => caches.delete(n))));
	e.waitUntil(old.then(() => self.clients.claim()));
});

// A new version waits until the person says "reload": a page never gets files of two.
self.addEventListener("message", (e) => {
	if (e.data === "take over") void self.skipWaiting();
});

self.addEventListener("fetch", (e) => {
	const url = new URL(e.request.url);
	if (e.request.method !== "GET" || url.origin !== self.location.origin || never.test(url.pathname)) return;
	// The hub says which page there is, and takes the key of /?t=; only where it is silent ours stands in.
	if (e.request.mode === "navigate") {
		if (!url.searchParams.has("t")) e.respondWith(fetch(e.request).catch(() => kept("/")));
		return;
	}
	if (files.includes(url.pathname))
		e.respondWith(kept(url.pathname).then((found) => found ?? fetch(e.request)));
});

const kept = async (path) => (await caches.open(name)).match(path);
