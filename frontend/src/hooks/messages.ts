import { catalogue } from "../lib/catalogue";

export const m = catalogue("hooks", {
	undo: "Undo",
	takingBack: "It is being taken back…",
	takenBack: "Taken back.",
	notTakenBack: "It could not be taken back. {why}",

	savedAs: "Saved as {path}",
	notSavedFile: "The file was not saved",
});
