import { Text } from "@mantine/core";
import { Origin } from "../../components/Origin";
import { Provenance } from "../../components/Provenance";
import type { Message } from "../../lib/catalogue";
import { type Say, useSay } from "../../lib/say";
import type { DecodedValue } from "./api";
import classes from "./KeyFields.module.css";
import { m } from "./messages";

// The twelve fields that a buyer looks at first, by vPIC element code; the
// first code that has a value is shown.
const fields: { label: Message; codes: string[] }[] = [
	{ label: m.modelYear, codes: ["ModelYear"] },
	{ label: m.make, codes: ["Make"] },
	{ label: m.model, codes: ["Model"] },
	{ label: m.series, codes: ["Series", "Series2"] },
	{ label: m.trim, codes: ["Trim", "Trim2"] },
	{ label: m.body, codes: ["BodyClass"] },
	{ label: m.drive, codes: ["DriveType"] },
	{ label: m.engine, codes: ["DisplacementL"] },
	{ label: m.fuel, codes: ["FuelTypePrimary"] },
	{ label: m.transmission, codes: ["TransmissionStyle"] },
	{ label: m.weight, codes: ["GVWR"] },
	{ label: m.builtIn, codes: ["PlantCountry"] },
];

export function KeyFields({ values }: { values: DecodedValue[] }) {
	const say = useSay();
	const by = new Map(values.map((v) => [v.code, v]));
	return (
		<dl className={classes.fields}>
			{fields.map((f) => {
				const v = f.codes.map((c) => by.get(c)).find((x) => x !== undefined && x.origin !== "default");
				return (
					<div key={f.label.id} className={classes.field}>
						<dt>{say(f.label)}</dt>
						<dd>
							{v ? (
								<>
									<span>{written(f.label, v, by, say)}</span>{" "}
									<Origin kind="decoded" detail={<Provenance value={v} />} />
								</>
							) : (
								<>
									<Text span c="dimmed">
										{say(m.notReported)}
									</Text>{" "}
									<Origin kind="unknown" />
								</>
							)}
						</dd>
					</div>
				);
			})}
		</dl>
	);
}

function written(label: Message, v: DecodedValue, by: Map<string, DecodedValue>, say: Say): string {
	if (label === m.engine) {
		const cylinders = by.get("EngineCylinders")?.value;
		const litres = Number(v.value);
		const n = Number.isFinite(litres) ? say.typed(litres.toFixed(1)) : v.value;
		return cylinders ? say(m.litresAndCylinders, { n, cylinders }) : say(m.litres, { n });
	}
	if (label === m.builtIn) {
		const city = by.get("PlantCity")?.value;
		return [city && title(city), title(v.value)].filter(Boolean).join(", ");
	}
	return v.value;
}

/** Plants stand in capitals in vPIC; abbreviations such as (USA) keep theirs. */
function title(s: string): string {
	return s.replace(/[A-Za-z]{4,}/g, (w) => w.charAt(0) + w.slice(1).toLowerCase());
}
