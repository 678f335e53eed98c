import type { Finding } from "./brief";
import { roundly } from "./format";

/** A finding in words: what it is about, the figure first, and what the figure was held against. */
export interface Said {
	about: string;
	/** A number with its unit; left out where the finding is no number. */
	figure?: string;
	/** What is said where there is no figure, or beside it. */
	words?: string;
	against?: string;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A value with its unit: "14,567 mi", "$269.89 per 1,000 mi". */
export function measured(value: string, unit: string): string {
	const number = Number(value);
	if (value === "" || !Number.isFinite(number)) return value;
	const cost = /^([A-Z]{3})\/1000 (\w+)$/.exec(unit);
	if (cost) {
		const money = new Intl.NumberFormat("en-US", { style: "currency", currency: cost[1] });
		return `${money.format(number)} per 1,000 ${cost[2]}`;
	}
	if (unit === "") return value;
	if (unit === "days" || unit === "months")
		return `${whole.format(number)} ${number === 1 ? unit.slice(0, -1) : unit}`;
	return `${whole.format(number)} ${unit}`;
}

const similar = (n: number) => (n === 1 ? "1 similar vehicle" : `${n} similar vehicles`);
const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/** Puts a finding into words by its kind; an unknown kind shows what it holds. */
export function said(f: Finding): Said {
	const value = measured(f.value, f.unit);
	const reference = f.reference && measured(f.reference, f.unit);
	switch (f.kind) {
		case "identity":
			if (f.direction === "unknown") return { about: "Make and model", words: "the VIN does not tell them" };
			return { about: "Vehicle", words: f.value };
		case "spec":
			return { about: capital(f.metric), words: f.value };
		case "check-digit":
			return {
				about: "Check digit, position 9",
				words: reference
					? `is ${f.value}, but ${reference} fits the rest`
					: `${f.value} does not fit the rest`,
			};
		case "vin-clean":
			return { about: "VIN", words: "decodes clean" };
		case "vin-error":
			return vinError(f);
		case "claim":
			return claim(f);
		case "odometer":
			return { about: "Last odometer reading", figure: value };
		case "rollback":
			return { about: "Odometer went back", figure: value, against: `after ${reference}` };
		case "jump":
			return { about: "Odometer rose in a short time by", figure: value };
		case "per-year":
			return { about: "Distance a year", figure: value, against: reference && `US average ${reference}` };
		case "siblings":
			return {
				about: "Odometer",
				figure: value,
				against: `median of ${similar(f.n)} ${reference}`,
			};
		case "no-comparison":
			return { about: "No comparison", words: `${similar(f.n)} here; it takes ${f.reference}` };
		case "cost":
			return {
				about: "Running cost",
				figure: value,
				against: reference ? `median of ${similar(f.n)} ${reference}` : undefined,
			};
		case "not-enough-data":
			return { about: "Running cost", words: `not enough data: ${f.value}` };
		case "service":
			return service(f, value);
		case "on-time":
			return {
				about: "Recorded services",
				words: f.n === 1 ? "the one kind on file is not due" : `none of the ${f.n} kinds on file is due`,
			};
		case "unrecorded":
			return { about: "Never recorded", words: f.subject };
		case "gap":
			return {
				about: f.direction === "since" ? "Nothing recorded since" : "No record for",
				figure: value,
			};
		case "quality":
			return {
				about: capital(f.subject),
				words:
					f.subject === "odometer"
						? "no reading on file"
						: Number(f.value) === 0
							? "no record on file"
							: value,
			};
		default:
			return { about: capital(f.subject), words: value || f.metric, against: reference || undefined };
	}
}

function service(f: Finding, value: string): Said {
	const every =
		f.unit === "days" ? measured(f.reference, "months") : `${roundly(Number(f.reference), f.unit)} ${f.unit}`;
	return {
		about: capital(f.subject),
		figure: value,
		words: f.direction === "overdue" ? "overdue" : "left",
		against: f.reference ? `every ${every}` : undefined,
	};
}

function claim(f: Finding): Said {
	const about = `Claimed ${f.metric}`;
	if (f.direction === "agrees") return { about, words: `${f.value}, and the VIN agrees` };
	if (f.direction === "untestable") return { about, words: `${f.value}; the VIN does not encode it` };
	return { about, words: f.value, against: `the VIN says ${f.reference}` };
}

const vinWords: Record<string, string> = {
	detail: "no detailed data for this maker and year",
	glider: "a glider: built around a used engine",
	"off-road": "built for use off the road",
	"explained characters": "some characters are not explained by the data",
};

function vinError(f: Finding): Said {
	const known = vinWords[f.metric];
	if (known) return { about: "VIN", words: known };
	if (f.metric === "known characters")
		return { about: "VIN", words: `${f.value} of ${f.reference} characters known` };
	if (f.metric === "maker code")
		return { about: "Maker code", words: `${f.value} is not registered with NHTSA` };
	if (f.metric === "model year hint")
		return { about: "Model year hint", words: `${f.value} does not fit the VIN` };
	if (f.metric === "error code") return { about: "VIN", words: `vPIC error code ${f.value}` };
	if (f.metric.startsWith("character ")) {
		const about = `VIN, position ${f.metric.slice("character ".length)}`;
		if (f.reference) return { about, words: `is ${f.value}, but ${f.reference} fits` };
		return {
			about,
			words: f.direction === "untestable" ? `${f.value} can't stand in a VIN` : `${f.value} does not fit`,
		};
	}
	if (f.metric === "positions") return { about: "VIN", words: `positions ${f.value} do not fit` };
	return { about: "VIN", words: `${f.value} of the characters does not fit` };
}

const rank: Record<string, number> = { critical: 0, warning: 1, info: 2 };

/** The numbers that stand above the text, the gravest first. */
export function figures(findings: Finding[], most = 4): Finding[] {
	return findings
		.filter((f) => said(f).figure !== undefined && f.kind !== "gap")
		.map((f, i) => ({ f, i }))
		.sort((a, b) => (rank[a.f.severity] ?? 3) - (rank[b.f.severity] ?? 3) || a.i - b.i)
		.map(({ f }) => f)
		.filter((f, i, all) => all.findIndex((g) => g.value === f.value && g.unit === f.unit) === i)
		.slice(0, most);
}
