import { catalogue } from "../../lib/catalogue";

export const m = catalogue("scan", {
	page: "Scan lane · Hubcap",
	title: "Scan lane",
	about:
		"Car after car, without a tap between them. What you scan stays on this device until the hub has it.",
	starting: "The lane is being read",

	picture: "What the camera sees",
	start: "Start the camera",
	stop: "Stop the camera",
	guide: "Hold it straight and fill the frame.",
	light: "Lamp",
	aloud: "Beep",
	insecure:
		"The browser gives the camera only to an encrypted address, and this one is not. Open Hubcap by its secure address (see Install on a phone in the guide), or take a photo of the bar code.",
	denied:
		"The browser was told not to give the camera to this page. Allow it in the settings of the site, then start again; or take a photo of the bar code.",
	none: "No camera was found. Use a scanner, the keyboard, or a photo of the bar code.",
	busy: "The camera did not start; another program may hold it. Close that and start again, or take a photo of the bar code.",
	reader: "The bar code reader did not start. Reload the page, or type the VIN.",

	photo: "Photo of a bar code",
	photoReading: "Reading the photo",
	photoNothing:
		"No bar code was found in the photo. Fill the picture with it, straight and sharp, and try again.",
	photoBroken: "The photo could not be opened. Take it as JPEG or PNG.",

	typed: "VIN, typed or by a scanner",
	typedHint: "A USB or Bluetooth scanner works anywhere on this page.",
	add: "Add",

	taken: "{vin} taken",
	takenAs: "{title} taken",
	again: "{vin}: scanned already",
	length: "“{text}” is not a VIN: a VIN has 17 characters.",
	characters: "“{text}” is not a VIN: it has characters that none has.",
	digit: "“{text}” is not a VIN as it stands: its check digit is wrong. Scan again, or correct it.",
	serial: "“{text}” is not a VIN: its last four characters are not digits.",

	lane: "This lane: {n, plural, =0 {no cars yet} one {# car} other {# cars}}",
	empty: "Scan the first car. The bar code stands in the driver''s door frame and behind the windscreen.",
	waits: "waiting for the hub",
	waiting: "{n} waiting for the hub",
	waitingAbout:
		"They are kept on this device, also when the page is closed, and go when it is open and the hub answers.",
	forgetful: "This browser keeps nothing, as in a private window: what is not sent is lost with the page.",
	unknown: "not in vPIC",
	clean: "clean decode",
	hereAlready: "already here",
	note: "Lot or note for {vin}",
	noteHint: "Lot or note",
	undo: "Undo the last",
	undone: "{vin} taken out",

	check: "Check as a list",
	save: "Save all",
	listName: "Scan lane {at}",
	sendingList: "{name}: {n, plural, one {# car goes} other {# cars go}} to the hub as a list",
	sendingSave: "{name}: {n, plural, one {# car is} other {# cars are}} being saved",
	waitingList: "{name}: {n, plural, one {# car waits} other {# cars wait}} to become a list",
	waitingSave: "{name}: {n, plural, one {# car waits} other {# cars wait}} to be saved",
	refused: "{name} was refused: {why}",
	reopen: "Open it again",
	throwAway: "Throw it away",
	madeList: "{name} is a list now. <link>Open it</link>",
	saved: "{n, plural, =0 {No new vehicle: all were here} one {# vehicle saved} other {# vehicles saved}}.",
});
