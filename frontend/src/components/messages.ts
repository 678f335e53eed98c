import { catalogue } from "../lib/catalogue";

export const m = catalogue("components", {
	cancel: "Cancel",
	save: "Save",
	close: "Close",
	tryAgain: "Try again",
	copied: "Copied",
	copyWhat: "Copy what happened",
	failed: "That did not work",
	input: "input",
	reference: "Reference <code>{reference}</code>",
	unreachable: "Hubcap does not answer. It may have been stopped.",
	unreachableRemedy: "Start it again; this page goes on by itself.",

	changedVehicle: "This vehicle was changed meanwhile",
	changedRecord: "This record was changed meanwhile",
	changedText:
		"Somebody saved it after you opened it, so nothing was written. Load the newer version: what you typed stays, and you can save again.",
	loadNewer: "Load the newer version",

	evidence: "Evidence of the sentence",
	restsOn: "This sentence rests on",
	more: "and {n} more",
	record: "record",
	similar: "similar vehicle",
	theVIN: "the VIN",
	whatWasClaimed: "what was claimed",
	theVehicle: "the vehicle",
	fromTo: "{from} to {to}",

	decoded: "decoded",
	decodedAbout: "Decoded from the VIN with NHTSA''s vPIC data",
	claimed: "claimed",
	claimedAbout: "Claimed by a seller, a file or a person",
	measured: "measured",
	measuredAbout: "Measured: it stands in a record",
	inferred: "assumed",
	inferredAbout: "Assumed by vPIC for this type of vehicle, not in the VIN",
	unknown: "not reported",
	unknownAbout: "Not reported. That does not mean No.",

	from: "From {source}",
	fromOf: "From {source} of {of}",
	makerCode: "maker code {code}",
	schema: "vPIC schema {schema}",
	pattern: "pattern {key}",
	lastChanged: "last changed by NHTSA {day}",
	element: "vPIC element {id}",

	critical: "critical",
	warning: "warning",
	info: "info",

	checkFailed: "The data could not be checked",
	checking: "Checking the data",
	checkPassed: "NHTSA vPIC {release} is whole: all {n} test VINs decode as NHTSA''s own procedure does.",
	checkBroken: "Only {n} of {all} test VINs decode as they should. Build Hubcap again with make vpic.",
	checkTook: "Checked just now in {ms} ms, every value compared.",
	notRegistered: "not registered in the US",

	alike: "means alike, {percent} %",
	alikeAbout:
		"None of the words stands there; a model of this computer finds that the text means what you asked.",

	findField: "Find a field",
	findFieldHint: "Find a field, such as airbag",
	showAssumed: "Show what vPIC assumes for the type",
	noField: "No field matches “{find}”.",
	decode: "Decode",
});
