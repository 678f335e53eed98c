import { catalogue } from "../../lib/catalogue";

export const m = catalogue("vpic", {
	page: "What a VIN data release changed · Hubcap",
	title: "What the new VIN data reads differently",
	about:
		"Saved vehicles keep what they were decoded with until you accept. Accepting can be taken back, here for ten seconds and in Activity after that.",
	failed: "The list could not be read",
	loading: "Reading the list",
	empty: "Every saved vehicle reads as it is saved",
	emptyAbout:
		"When a release of VIN data is brought in, the vehicles that it reads differently are listed here. Nothing changes on them by itself.",
	toSettings: "VIN data in Settings",
	list: "Vehicles that read differently",
	all: "Choose all that are shown",
	choose: "Choose {title}, {vin}",
	fromTo: "{from} → {to}",
	element: "Field",
	before: "As saved",
	after: "Now",
	nothing: "nothing",
	changesOf: "Changes of {title}, {vin}",
	accept: "Accept",
	acceptThe: "Accept the changes of {title}, {vin}",
	acceptChosen: "{n, plural, =0 {Accept chosen} one {Accept # chosen} other {Accept # chosen}}",
	acceptAll: "Accept all",
	accepted:
		"{n, plural, one {# vehicle reads as the new data says.} other {# vehicles read as the new data says.}}",
	stale:
		"{n, plural, one {# was changed meanwhile and stays as it is.} other {# were changed meanwhile and stay as they are.}}",
	notAccepted: "Nothing was accepted",
	working: "Accepting all: {n} so far",
	more: "Show more",
	again: "Look again",
	redecoding: "Decoding saved vehicles again",
});
