import { NativeSelect, Select, Switch } from "@mantine/core";
import { type Preferences, unset, useSetPreferences } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { m } from "./messages";
import type { Choice, PreferenceSetting } from "./preferences";

/** The control of one preference; it saves as it is changed. */
export function PreferenceControl({ of: s, p }: { of: PreferenceSetting; p: Preferences }) {
	const say = useSay();
	const set = useSetPreferences();
	const change = (value: string | boolean) => set.mutate({ ...p, [s.key]: value });
	const labelled = { "aria-labelledby": `title-${s.key}`, "aria-describedby": `about-${s.key}` };
	switch (s.kind) {
		case "switch":
			return (
				<Switch
					{...labelled}
					checked={p[s.key]}
					onChange={(e) => change(e.currentTarget.checked)}
					label={say(p[s.key] ? m.on : m.off)}
					labelPosition="left"
				/>
			);
		case "currency":
			return (
				<Select
					{...labelled}
					w="100%"
					searchable
					allowDeselect={false}
					value={p.currency}
					data={currencies()}
					limit={60}
					nothingFoundMessage={say(m.noCurrency)}
					onChange={(value) => value && change(value)}
				/>
			);
		case "choice":
			return (
				<NativeSelect
					{...labelled}
					w="100%"
					value={p[s.key]}
					data={s.choices.map((c) => ({ value: c.value, label: labelOf(c, say) }))}
					onChange={(e) => change(e.currentTarget.value)}
				/>
			);
	}
}

const labelOf = (c: Choice, say: Say) => (typeof c.label === "string" ? c.label : say(c.label));

/** What the setting is for somebody who never set it, in words. */
export function standardOf(s: PreferenceSetting, say: Say): string {
	const value = unset[s.key];
	if (s.kind === "switch") return say(value ? m.on : m.off);
	if (s.kind === "currency") return String(value);
	const found = s.choices.find((c) => c.value === value);
	return found ? labelOf(found, say) : String(value);
}

/** Every currency in use, with its name, as the browser knows them. */
function currencies() {
	const names = new Intl.DisplayNames("en", { type: "currency" });
	return Intl.supportedValuesOf("currency").map((code) => ({
		value: code,
		label: `${code} · ${names.of(code)}`,
	}));
}
