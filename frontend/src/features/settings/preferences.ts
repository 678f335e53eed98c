import type { Message } from "../../lib/catalogue";
import { economyNames, unitNames } from "../../lib/format";
import type { Preferences } from "../../lib/queries";
import { m } from "./messages";

export type Section = "general" | "units" | "keyboard" | "data" | "access" | "diagnostics" | "hub";

export const sectionNames: Record<Section, Message> = {
	general: m.general,
	units: m.units,
	keyboard: m.keyboard,
	data: m.data,
	access: m.access,
	diagnostics: m.diagnostics,
	hub: m.hub,
};

/** A choice of a preference: words of ours, or a sample that needs none. */
export interface Choice {
	value: string;
	label: Message | string;
}

interface Base<K extends keyof Preferences> {
	key: K;
	section: Section;
	title: Message;
	about: Message;
}

/** What a person can set, in the order of the page. */
export type PreferenceSetting =
	| (Base<"language" | "theme" | "numbers" | "dates" | "distance" | "volume" | "economy"> & {
			kind: "choice";
			choices: Choice[];
	  })
	| (Base<"highContrast" | "shortcuts"> & { kind: "switch" })
	| (Base<"currency"> & { kind: "currency" });

export const preferenceSettings: PreferenceSetting[] = [
	{
		key: "language",
		section: "general",
		kind: "choice",
		title: m.language,
		about: m.languageAbout,
		choices: [
			{ value: "en", label: m.english },
			{ value: "pseudo", label: m.pseudo },
		],
	},
	{
		key: "theme",
		section: "general",
		kind: "choice",
		title: m.theme,
		about: m.themeAbout,
		choices: [
			{ value: "system", label: m.system },
			{ value: "light", label: m.light },
			{ value: "dark", label: m.dark },
		],
	},
	{ key: "highContrast", section: "general", kind: "switch", title: m.contrast, about: m.contrastAbout },
	{
		key: "numbers",
		section: "general",
		kind: "choice",
		title: m.numbers,
		about: m.numbersAbout,
		choices: [
			{ value: "language", label: m.asLanguage },
			{ value: "comma", label: "1,234.5" },
			{ value: "dot", label: "1.234,5" },
			{ value: "space", label: "1 234,5" },
		],
	},
	{
		key: "dates",
		section: "general",
		kind: "choice",
		title: m.dates,
		about: m.datesAbout,
		choices: [
			{ value: "language", label: m.asLanguage },
			{ value: "iso", label: "2026-11-22" },
			{ value: "dmy", label: "22/11/2026" },
			{ value: "mdy", label: "11/22/2026" },
		],
	},
	{
		key: "distance",
		section: "units",
		kind: "choice",
		title: m.distance,
		about: m.distanceAbout,
		choices: [
			{ value: "mi", label: m.miles },
			{ value: "km", label: m.kilometres },
		],
	},
	{
		key: "volume",
		section: "units",
		kind: "choice",
		title: m.volume,
		about: m.volumeAbout,
		choices: [
			{ value: "gal", label: m.gallons },
			{ value: "L", label: m.litres },
			{ value: "impgal", label: m.imperial },
		],
	},
	{
		key: "economy",
		section: "units",
		kind: "choice",
		title: m.economy,
		about: m.economyAbout,
		choices: [
			{ value: "mpg", label: m.mpg },
			{ value: "impmpg", label: m.impmpg },
			{ value: "L/100km", label: m.per100 },
			{ value: "km/L", label: m.perLitre },
		],
	},
	{ key: "currency", section: "units", kind: "currency", title: m.currency, about: m.currencyAbout },
	{ key: "shortcuts", section: "keyboard", kind: "switch", title: m.shortcuts, about: m.shortcutsAbout },
];

/** Words by which a setting is found beside its title, such as a unit's sign. */
export function alsoCalled(s: PreferenceSetting): string {
	if (s.kind !== "choice") return s.key;
	const signs = s.choices.flatMap(({ value }) => [
		value,
		unitNames[value as keyof typeof unitNames] ?? "",
		economyNames[value as keyof typeof economyNames] ?? "",
	]);
	return [s.key, ...signs].join(" ");
}
