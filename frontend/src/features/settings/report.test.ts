import { expect, it } from "vitest";
import { withoutHome } from "./report";

it.each([
	["/home/anna/.local/share/hubcap", "~/.local/share/hubcap"],
	["/Users/anna/hubcap", "~/hubcap"],
	["C:\\Users\\Anna Smith\\hubcap", "~\\hubcap"],
	["/root/x", "~/x"],
	["/srv/hubcap", "/srv/hubcap"],
	["127.0.0.1:8484", "127.0.0.1:8484"],
])("%s is reported as %s", (value, want) => expect(withoutHome(value)).toBe(want));
