import { Text } from "@mantine/core";
import { Origin } from "../../components/Origin";
import { Provenance } from "../../components/Provenance";
import type { DecodedValue } from "./api";
import classes from "./KeyFields.module.css";

// The twelve fields that a buyer looks at first, by vPIC element code; the
// first code that has a value is shown.
const fields: { label: string; codes: string[] }[] = [
	{ label: "Model year", codes: ["ModelYear"] },
	{ label: "Make", codes: ["Make"] },
	{ label: "Model", codes: ["Model"] },
	{ label: "Series", codes: ["Series", "Series2"] },
	{ label: "Trim", codes: ["Trim", "Trim2"] },
	{ label: "Body", codes: ["BodyClass"] },
	{ label: "Drive", codes: ["DriveType"] },
	{ label: "Engine", codes: ["DisplacementL"] },
	{ label: "Fuel", codes: ["FuelTypePrimary"] },
	{ label: "Transmission", codes: ["TransmissionStyle"] },
	{ label: "Weight class", codes: ["GVWR"] },
	{ label: "Built in", codes: ["PlantCountry"] },
];

export function KeyFields({ values }: { values: DecodedValue[] }) {
	const by = new Map(values.map((v) => [v.code, v]));
	return (
		<dl className={classes.fields}>
			{fields.map((f) => {
				const v = f.codes.map((c) => by.get(c)).find((x) => x !== undefined && x.origin !== "default");
				return (
					<div key={f.label} className={classes.field}>
						<dt>{f.label}</dt>
						<dd>
							{v ? (
								<>
									<span>{written(f.label, v, by)}</span>{" "}
									<Origin kind="decoded" detail={<Provenance value={v} />} />
								</>
							) : (
								<>
									<Text span c="dimmed">
										not reported
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

function written(label: string, v: DecodedValue, by: Map<string, DecodedValue>): string {
	if (label === "Engine") {
		const cylinders = by.get("EngineCylinders")?.value;
		const litres = Number(v.value);
		return `${Number.isFinite(litres) ? litres.toFixed(1) : v.value} L${cylinders ? `, ${cylinders} cylinders` : ""}`;
	}
	if (label === "Built in") {
		const city = by.get("PlantCity")?.value;
		return [city && title(city), title(v.value)].filter(Boolean).join(", ");
	}
	return v.value;
}

/** Plants stand in capitals in vPIC; abbreviations such as (USA) keep theirs. */
function title(s: string): string {
	return s.replace(/[A-Za-z]{4,}/g, (w) => w.charAt(0) + w.slice(1).toLowerCase());
}
