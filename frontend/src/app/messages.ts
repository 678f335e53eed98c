import { catalogue } from "../lib/catalogue";

export const m = catalogue("app", {
	skip: "Skip to content",
	home: "Hubcap: decode a VIN",
	name: "Hubcap",
	main: "Main",
	decode: "Decode",
	vehicles: "Vehicles",
	palette: "Find or do anything",
	preferences: "Menu: models, activity, settings, theme",
	theme: "Theme",
	light: "Light",
	dark: "Dark",
	system: "As this computer",
	settings: "Settings",
	models: "Models",
	activity: "Activity",
	trash: "Trash",
	places: "Go to",
	keys: "Keys",
	firstStart: "First-start pages",
	close: "Close",

	search: "Search vehicles",
	searchHint: "Last 6 of a VIN, make, plate, note…",
	completions: "Operators",

	modelMissing: "no model",
	modelBuilding: "model is being built",
	modelStarting: "model starts",
	modelReady: "model ready",
	modelBusy: "model at work",
	modelFailed: "model failed",
	modelChecking: "model is being checked",
	modelHere: "{model}, on this computer",
	model: "Local model: {state}",

	restarted: "Hubcap was restarted",
	restartedAbout:
		"Open the address it printed, or run <code>hubcap open</code> on this computer. Nothing that was saved is lost.",
	restartedWhy:
		"Each start has its own key, which keeps other web pages out; this page has the old one. <link>Try again</link>",
	away: "Hubcap does not answer",
	awayAbout: "It may be stopped or starting. This page asks again every two seconds; what you typed stays.",
	awayWhole:
		"It may be stopped or starting. This page asks again every two seconds and goes on by itself; nothing that was saved is lost.",
	newVersion: "A new version is ready.",
	reload: "Reload",

	errorTitle: "This page could not be shown",
	tryAgain: "Try again",
	nothingHere: "There is nothing at this address",
	goTo: "Go to <decode>Decode</decode> or to your <vehicles>vehicles</vehicles>.",

	thenKey: "then",
	keysOn: "Single keys work",
	keysAbout: "They never fire while you type. Keys held with Ctrl or ⌘ always work.",
});

/** What each operator of the search narrows, for its completion. */
export const operatorText = catalogue("operator", {
	make: "make",
	model: "model",
	year: "year or years",
	stage: "stage",
	location: "place",
	tag: "tag",
	note: "words of a note",
	price: "price",
	cost: "recorded cost",
	odometer: "odometer",
	due: "next service",
	has: "has something",
});
