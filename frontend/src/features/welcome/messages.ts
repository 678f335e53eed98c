import { catalogue } from "../../lib/catalogue";

export const m = catalogue("welcome", {
	page: "Welcome · Hubcap",
	title: "Welcome to Hubcap",
	about: "Everything stays on this computer. Three short steps, and each can be skipped.",
	units: "Units",
	distance: "Distance",
	miles: "Miles",
	kilometres: "Kilometres",
	fuel: "Fuel",
	gallons: "US gallons",
	litres: "Litres",
	imperial: "Imperial gallons",
	currency: "Currency",
	data: "Data",
	firstVIN: "First VIN",
	firstAbout: "Paste a VIN, or load about sixty sample vehicles with records to look around in.",
	decode: "Decode a VIN",
	sample: "Load the sample fleet",
	skip: "Skip",
	next: "Next",
});
