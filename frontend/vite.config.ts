import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Writes the service worker with the list of everything that the build made. */
function serviceWorker(): Plugin {
	return {
		name: "hubcap-service-worker",
		apply: "build",
		generateBundle: {
			order: "post",
			handler(_, bundle) {
				const open = readdirSync("public");
				// The page is kept as "/": /index.html is answered with a redirect there, which a navigation refuses.
				const made = Object.keys(bundle).filter((f) => f !== "index.html");
				const files = ["/", ...made.map((f) => `/${f}`), ...open.map((f) => `/${f}`)];
				const listed = [...new Set(files)].filter((f) => !f.endsWith(".map")).sort();
				const digest = createHash("sha256").update(listed.join());
				// These keep their names when they change.
				for (const f of open) digest.update(readFileSync(`public/${f}`));
				digest.update(readFileSync("index.html"));
				const source = readFileSync("src/sw.js", "utf8");
				digest.update(source);
				this.emitFile({
					type: "asset",
					fileName: "sw.js",
					source: source
						.replace("%VERSION%", digest.digest("hex").slice(0, 16))
						.replace('["%FILES%"]', JSON.stringify(listed)),
				});
			},
		},
	};
}

export default defineConfig({
	plugins: [react(), serviceWorker()],
	build: {
		target: "es2022",
		// dist holds .gitkeep for Go's embed; only what the build made goes.
		emptyOutDir: false,
		// The content security policy allows no data: scripts or styles.
		assetsInlineLimit: 0,
		chunkSizeWarningLimit: 1000,
	},
	test: {
		environment: "jsdom",
		setupFiles: ["src/test/setup.ts"],
		css: false,
		restoreMocks: true,
	},
});
