import { catalogue } from "../../lib/catalogue";

export const m = catalogue("activityPage", {
	page: "Activity · Hubcap",
	title: "Activity",
	about: "Who did what in the last 30 days. Each step can be taken back, and done again.",
	trash: "Open the trash",
});
