// Writes the README's pictures from the built hub, its sample fleet and its model.
import fs from "node:fs";
import path from "node:path";
import { browser, Hub, open } from "./hub.mjs";

const out = path.resolve(import.meta.dirname, "../docs/screenshots");
fs.mkdirSync(out, { recursive: true });
const [b, hub] = await Promise.all([browser(), Hub.start({ sample: true })]);
try {
	const { $schema, id, ...p } = await hub.api("GET", "/api/v1/preferences");
	await hub.api("PUT", "/api/v1/preferences", { ...p, welcomed: true });
	const all = (await hub.api("GET", "/api/v1/vehicles?limit=100")).items;
	// A vehicle with something to say: a claim that the VIN contradicts, an odometer
	// that can be trusted, and enough of its kind here to be compared with.
	const told = all.find((v) => v.title.includes("F-150") && v.claimed.source) ?? all.find((v) => v.claimed.source);

	for (const theme of ["light", "dark"]) {
		const page = await open(b, hub, { theme, width: 1280, height: 800 });
		const shot = (name) => page.screenshot({ path: path.join(out, `${name}.png`) });
		// The model words the briefing when its check is over.
		await page.getByRole("status", { name: "Local model: model ready" }).waitFor({ timeout: 120_000 });

		await page.goto(`${hub.run.url}/vehicles/${told.id}?tab=insights`);
		await page.getByText(/wording chosen by|worded by/i).waitFor({ timeout: 60_000 });
		await page.getByTestId("briefing").getByRole("button").first().click();
		await page.getByRole("region", { name: "Evidence of the sentence" }).waitFor();
		await page.mouse.move(0, 0);
		await shot(theme === "light" ? "briefing" : "briefing-dark");

		if (theme === "light") {
			await page.goto(`${hub.run.url}/?vin=5KBCT1A33E1768185`);
			await page.getByText(/wording chosen by|worded by/i).waitFor({ timeout: 60_000 });
			await shot("decode");
			await page.goto(`${hub.run.url}/vehicles`);
			await page.getByRole("table").getByRole("link").first().waitFor();
			await shot("vehicles");
			await page.goto(`${hub.run.url}/vehicles/${told.id}`);
			await page.getByRole("heading", { name: "Next service" }).waitFor();
			await shot("overview");
		}
		await page.context().close();
	}
} finally {
	await b.close();
	await hub.remove();
}
