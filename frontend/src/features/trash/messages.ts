import { catalogue } from "../../lib/catalogue";

export const m = catalogue("trash", {
	page: "Trash · Hubcap",
	title: "Trash",
	about: "What was removed in the last 30 days. Bring it back here, or purge it before its time.",
	failed: "The trash could not be read",
	loading: "Loading the trash",
	empty: "The trash is empty.",
	emptyAbout: "A vehicle or record that you remove waits here for 30 days.",
	list: "What can be brought back",
	more: "Show more",

	reading: "Odometer reading of {day}",
	service: "Service of {day}",
	fuel: "Filling of {day}",
	of: "{what} · {vehicle}",
	aVehicle: "A vehicle",
	records: "{n, plural, =0 {no records} one {with # record} other {with # records}}",
	removedBy: "removed {moment} by {who}",
	until: "kept until {day}",
	vehicleGone: "Bring back its vehicle first.",

	restore: "Bring back",
	restoreOf: "Bring back {what}",
	restoreAll: "Bring back all of it",
	together: "Removed together",
	restored: "{what} is back.",
	restoredMany: "All of it is back.",
	notRestored: "It was not brought back",
	see: "Open",

	purge: "Purge",
	purgeOf: "Purge {what}",
	purgeTitle: "Purge {what}?",
	purgeAbout:
		"It is gone from Hubcap''s pages at once, and nothing here brings it back. The change log keeps it until it is trimmed, and backups that were made before keep it as long as they are kept.",
	purgeType: "Type {name} to purge it",
	purgeNow: "Purge for good",
	keep: "Keep it",
	close: "Close",
	purged: "{what} was purged.",
	notPurged: "It was not purged",
});
