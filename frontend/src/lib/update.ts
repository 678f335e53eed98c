import { useEffect, useState } from "react";

/** How often a page that stays open asks for a new version, in milliseconds. */
const everyMS = 30 * 60_000;

/**
 * Keeps the service worker. Returns how to take a new version over, once one
 * has come and waits; undefined until then, and where there is no worker.
 */
export function useUpdate(): (() => void) | undefined {
	const [waiting, setWaiting] = useState<ServiceWorker>();
	useEffect(() => {
		const workers = navigator.serviceWorker;
		if (!workers || !import.meta.env.PROD) return;
		let timer: ReturnType<typeof setInterval> | undefined;
		let over = false;
		const watch = async () => {
			const registration = await workers.register("/sw.js", { updateViaCache: "none" });
			if (over) return;
			timer = setInterval(() => void registration.update().catch(() => {}), everyMS);
			if (registration.waiting && workers.controller) setWaiting(registration.waiting);
			registration.addEventListener("updatefound", () => {
				const coming = registration.installing;
				coming?.addEventListener("statechange", () => {
					// Without a controller this is the first one, and no update.
					if (coming.state === "installed" && workers.controller) setWaiting(coming);
				});
			});
		};
		// A browser that refuses the worker still has the app.
		void watch().catch(() => {});
		return () => {
			over = true;
			clearInterval(timer);
		};
	}, []);
	if (!waiting) return undefined;
	return () => {
		navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload(), {
			once: true,
		});
		waiting.postMessage("take over");
	};
}
