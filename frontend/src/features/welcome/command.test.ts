import { expect, it } from "vitest";
import { restoreSteps } from "./command";

it("says what restores a bucket into the place of this hub's data", () => {
	const s = restoreSteps(
		{ kind: "s3", endpoint: "https://s3.example.com", bucket: "s3://backups/hub/" },
		"/srv/hub/",
	);
	expect(s.restore).toBe(
		"hubcap restore --from 's3://backups/hub?endpoint=https://s3.example.com' --into /srv/hub.restored",
	);
	expect(s.into).toBe("hubcap restore --switch /srv/hub.restored --data /srv/hub/");
	expect(s.serve).toBe("hubcap serve --data /srv/hub/");
});

it("quotes a folder with a blank, and leaves a gap where nothing is entered", () => {
	expect(restoreSteps({ kind: "folder", path: "/mnt/my drive" }, "/srv/it's").restore).toBe(
		`hubcap restore --from '/mnt/my drive' --into '/srv/it'\\''s.restored'`,
	);
	expect(restoreSteps({ kind: "s3", endpoint: "", bucket: "" }, "d").restore).toContain(
		"BUCKET/PREFIX?endpoint=HOST",
	);
});
