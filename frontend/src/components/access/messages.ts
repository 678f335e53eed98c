import { catalogue } from "../../lib/catalogue";

/** Over which vehicles somebody may do what they may. */
export const reachText = catalogue("reach", {
	label: "Over which vehicles",
	all: "All vehicles",
	locations: "Vehicles at some locations",
	groups: "Vehicles of some groups",
	own: "Their own vehicles only",
	whichLocations: "Locations",
	whichGroups: "Groups",
	placesHint: "Type a name, then Enter",
	none: "No place is set up yet: type the name as it stands on the vehicles.",
	strange:
		"{n, plural, one {{names} is not among the places} other {{names} are not among the places}} of the organisation. It has no effect until vehicles carry that name.",
	allShort: "all",
	ownShort: "their own",
	at: "at {places}",
	of: "of {places}",
});

export const m = catalogue("access", {
	preview: "What this comes to",
	previewFailed: "What it comes to can''t be said now",
	previewWaits: "Name at least one place to see what it comes to.",
	may: "May",
	mayNot: "May not",
	void: "Without effect",
	voidAbout: "The role has it, but it is about the whole organisation, and this reaches a part of it only.",
	nothing: "nothing",

	copy: "Copy",
	copied: "Copied",
	copyWhat: "Copy: {what}",

	confirmType: "Type {name} to go on",
	close: "Close",
	keep: "Keep it",

	groupVehicles: "Vehicles and records",
	groupInsights: "Insights",
	groupPrograms: "Programs and API keys",
	groupHub: "The hub",
	groupPeople: "People and rules",
	wholeOnly: "whole organisation",

	denied: "You may not see this",
	deniedAbout: "Your role does not hold it. Who manages users can give you another: an owner, or a manager.",
});
