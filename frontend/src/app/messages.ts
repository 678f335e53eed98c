import { catalogue } from "../lib/catalogue";

export const m = catalogue("app", {
	skip: "Skip to content",
	home: "Hubcap: decode a VIN",
	name: "Hubcap",
	main: "Main",
	decode: "Decode",
	vehicles: "Vehicles",
	lists: "Lists",
	palette: "Find or do anything",
	preferences: "Menu: models, activity, settings, theme",
	theme: "Theme",
	light: "Light",
	dark: "Dark",
	system: "As this computer",
	settings: "Settings",
	models: "Models",
	backups: "Backups",
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

export const accountText = catalogue("account", {
	menu: "Account: {name}",
	thisComputer: "This computer",
	thisComputerAbout: "Whoever sits at it may do everything",
	account: "Your account",
	asPerson: "Sign in as a person",
	setUp: "Set up accounts",
	people: "People and roles",
	keys: "API keys",
	audit: "Audit trail",
	network: "Network",
	security: "Security",
	viewAs: "View as…",
	signOut: "Sign out",
});

export const viewText = catalogue("view", {
	title: "View as another role",
	about:
		"You see Hubcap as somebody with this role and reach does, never more than you may see yourself. Nothing can be written meanwhile. Only this tab changes.",
	role: "Role",
	begin: "Begin",
	cancel: "Cancel",
});

export const bannerText = catalogue("banner", {
	notice: "Notice",
	viewing: "You look at Hubcap as “{role}”. Nothing is written.",
	endView: "End view",
	owesPassword: "Before anything else works, <link>set a password of your own</link>.",
	owesFactor: "Your role needs a second factor. Before anything else works, <link>add one</link>.",
	factorFrom: "From {day} on your role needs a second factor. <link>Add one now</link>; it takes a minute.",
});

export const confirmText = catalogue("confirm", {
	title: "Confirm that it is you",
	about: "What you are about to do is hard to take back, and your last sign-in is a while ago.",
	password: "Your password",
	totp: "Code of your authenticator app",
	code: "Backup code",
	usePassword: "Use your password",
	usePasskey: "Use your passkey",
	useApp: "Use the authenticator app",
	useCode: "Use a backup code",
	confirm: "Confirm",
	cancel: "Cancel",
	notProved: "That did not confirm it",
	none: "Nothing that you can confirm with works here. Sign in again, then do it once more.",
	signInAgain: "Sign in again",
	wait: "{n, plural, one {Try again in # second} other {Try again in # seconds}}",
});
