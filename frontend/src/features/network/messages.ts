import { catalogue } from "../../lib/catalogue";

export const m = catalogue("network", {
	page: "Network · Hubcap",
	title: "Network",
	about: "How phones and other computers reach this hub, and how they know that it is this one.",
	failed: "The state of the network could not be read",
	loading: "Loading the network",

	off: "This computer alone reaches the hub",
	offAbout:
		"Nothing else in your network can open it. To let phones and other computers in, stop the hub and start it with its network address:",
	offLater: "Then this page shows the address, its QR code, and how each device comes to trust it.",
	offFirst: "Before that, add the first owner, so that people sign in.",
	addPeople: "Add people",
	command: "Start it so",
	orEnv: "Or in the environment",

	on: "Others open",
	open: "Open it on a phone",
	qr: "The hub''s address as a QR code",
	name: "Name in the network",
	mdns: "Announced",
	announced: "yes: devices find the name by themselves",
	mdnsFailed: "no: it could not be announced; devices may not find the name",
	mdnsOff: "no: your network has to know the name",
	certificate: "Encryption",
	authority: "by this hub''s own certificate authority",
	files: "by a certificate of your own",
	acme: "by a certificate that an authority renews by itself",
	plain: "none: plain HTTP",
	expires: "Certificate until",
	fingerprint: "Fingerprint",
	fingerprintAbout: "Compare it with what a device shows before you trust it there.",
	fingerprintOwn: "Of the certificate, SHA-256.",

	plainTitle: "Nothing is encrypted",
	plainAbout:
		"Passwords and data travel in the open: anybody in the network can read them. Start the hub without the switch for plain HTTP.",
	warning: "Worth a look",

	install: "Trust this hub on a device",
	installAbout:
		"Each phone and computer installs the hub''s certificate authority once. This page of the hub says how, step by step.",
	installLink: "Its address",
	installOpen: "Open the install page",
	installQr: "The install page as a QR code",

	addresses: "By bare address",
	addressesAbout:
		"These work too, but browsers allow no passkeys, no camera and no offline use there. Use the name; or sign in with an authenticator app, and add photos as files.",

	reset: "Make a new certificate authority",
	resetAbout:
		"For when somebody may have taken a copy of this computer. All devices stop trusting the hub until each installs the new one. It takes effect with the next start.",
	resetTitle: "Forget the authority of {name}?",
	resetNow: "Forget it",
	wasReset: "The authority is forgotten. Restart the hub to make another.",
	notReset: "The authority was not forgotten",

	vault: "Key of the vault",
	vaultAbout:
		"It seals what is secret in the data: keys of providers, authenticator apps, the certificate authority.",
	vaultFailed: "The state of the vault could not be read",
	where: "Kept in",
	file: "a file of this computer that only its user can read",
	environment: "the hub''s environment",
	keyring: "the operating system''s keyring",
	keys: "{n, plural, one {Key} other {Keys}}",
	changing: "A change of keys has not ended: change the key again to finish it.",
	rotate: "Change the key",
	rotateTitle: "Change the key of the vault?",
	rotateAbout:
		"A new key is made and everything secret is sealed anew. Backups from before need the old key, so keep it with them.",
	rotated:
		"{n, plural, one {The key was changed, and # document sealed anew.} other {The key was changed, and # documents sealed anew.}}",
	retired: "Needed for older backups only: {keys}",
	notRotated: "The key was not changed",
	keep: "Keep it",
	more: "Security rules",
});
