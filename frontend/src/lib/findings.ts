import type { Finding } from "./brief";
import type { Message } from "./catalogue";
import { unitNames } from "./format";
import { findingText as m } from "./messages";
import type { Say } from "./say";

/** A finding in words: what it is about, the figure first, and what the figure was held against. */
export interface Said {
	about: string;
	/** A number with its unit; left out where the finding is no number. */
	figure?: string;
	/** What is said where there is no figure, or beside it. */
	words?: string;
	against?: string;
}

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/** Puts a finding into words by its kind; an unknown kind shows what it holds. */
export function said(f: Finding, say: Say): Said {
	const value = say.measured(f.value, f.unit);
	const reference = f.reference && say.measured(f.reference, f.unit);
	const similar = say(m.similar, { n: f.n });
	switch (f.kind) {
		case "identity":
			if (f.direction === "unknown") return { about: say(m.makeAndModel), words: say(m.notTold) };
			return { about: say(m.vehicle), words: f.value };
		case "spec":
			return { about: capital(f.metric), words: f.value };
		case "check-digit":
			return {
				about: say(m.checkDigit),
				words: reference
					? say(m.isButFits, { value: f.value, reference })
					: say(m.noFitRest, { value: f.value }),
			};
		case "vin-clean":
			return { about: say(m.vin), words: say(m.clean) };
		case "vin-error":
			return vinError(f, say);
		case "claim":
			return claim(f, say);
		case "odometer":
			return { about: say(m.lastReading), figure: value };
		case "rollback":
			return { about: say(m.wentBack), figure: value, against: say(m.after, { value: reference }) };
		case "jump":
			return { about: say(m.rose), figure: value };
		case "per-year":
			return {
				about: say(m.aYear),
				figure: value,
				against: reference && say(m.usAverage, { value: reference }),
			};
		case "siblings":
			return {
				about: say(m.odometer),
				figure: value,
				against: say(m.median, { similar, value: reference }),
			};
		case "no-comparison":
			return { about: say(m.noComparison), words: say(m.tooFew, { similar, needed: f.reference }) };
		case "cost":
			return {
				about: say(m.cost),
				figure: value,
				against: reference ? say(m.median, { similar, value: reference }) : undefined,
			};
		case "not-enough-data":
			return { about: say(m.cost), words: say(m.notEnough, { why: f.value }) };
		case "service":
			return service(f, value, say);
		case "on-time":
			return {
				about: say(m.recorded),
				words: say(m.noneDue, { n: f.n }),
			};
		case "unrecorded":
			return { about: say(m.unrecorded), words: f.subject };
		case "gap":
			return {
				about: say(f.direction === "since" ? m.gapSince : m.gapFor),
				figure: value,
			};
		case "quality":
			return {
				about: capital(f.subject),
				words: f.subject === "odometer" ? say(m.noReading) : Number(f.value) === 0 ? say(m.noRecord) : value,
			};
		default:
			return { about: capital(f.subject), words: value || f.metric, against: reference || undefined };
	}
}

function service(f: Finding, value: string, say: Say): Said {
	const unit = unitNames[f.unit as keyof typeof unitNames] ?? f.unit;
	const interval =
		f.unit === "days"
			? say.measured(f.reference, "months")
			: `${say.roundly(Number(f.reference), f.unit)} ${unit}`;
	return {
		about: capital(f.subject),
		figure: value,
		words: say(f.direction === "overdue" ? m.overdue : m.left),
		against: f.reference ? say(m.every, { interval }) : undefined,
	};
}

function claim(f: Finding, say: Say): Said {
	const about = say(m.claimed, { field: f.metric });
	const { value } = f;
	if (f.direction === "agrees") return { about, words: say(m.claimAgrees, { value }) };
	if (f.direction === "untestable") return { about, words: say(m.claimUntestable, { value }) };
	return { about, words: value, against: say(m.vinSays, { value: f.reference }) };
}

const vinWords: Record<string, Message> = {
	detail: m.detail,
	glider: m.glider,
	"off-road": m.offRoad,
	"explained characters": m.unexplained,
};

function vinError(f: Finding, say: Say): Said {
	const { value } = f;
	const about = say(m.vin);
	const known = vinWords[f.metric];
	if (known) return { about, words: say(known) };
	if (f.metric === "known characters") return { about, words: say(m.known, { n: value, all: f.reference }) };
	if (f.metric === "maker code") return { about: say(m.makerCode), words: say(m.notRegistered, { value }) };
	if (f.metric === "model year hint") return { about: say(m.yearHint), words: say(m.noFitVIN, { value }) };
	if (f.metric === "error code") return { about, words: say(m.errorCode, { value }) };
	if (f.metric.startsWith("character ")) {
		const about = say(m.position, { n: f.metric.slice("character ".length) });
		if (f.reference) return { about, words: say(m.characterFits, { value, reference: f.reference }) };
		return {
			about,
			words: say(f.direction === "untestable" ? m.cantStand : m.noFit, { value }),
		};
	}
	if (f.metric === "positions") return { about, words: say(m.positions, { value }) };
	return { about, words: say(m.characters, { value }) };
}

const rank: Record<string, number> = { critical: 0, warning: 1, info: 2 };

/** The numbers that stand above the text, the gravest first. */
export function figures(findings: Finding[], say: Say, most = 4): Finding[] {
	return findings
		.filter((f) => said(f, say).figure !== undefined && f.kind !== "gap")
		.map((f, i) => ({ f, i }))
		.sort((a, b) => (rank[a.f.severity] ?? 3) - (rank[b.f.severity] ?? 3) || a.i - b.i)
		.map(({ f }) => f)
		.filter((f, i, all) => all.findIndex((g) => g.value === f.value && g.unit === f.unit) === i)
		.slice(0, most);
}
