import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
	plugins: [react()],
	build: {
		target: "es2022",
		// dist holds .gitkeep for Go's embed; only what the build made goes.
		emptyOutDir: false,
		// The content security policy allows no data: scripts or styles.
		assetsInlineLimit: 0,
		chunkSizeWarningLimit: 900,
	},
	test: {
		environment: "jsdom",
		setupFiles: ["src/test/setup.ts"],
		css: false,
		restoreMocks: true,
	},
});
