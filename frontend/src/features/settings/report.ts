import type { reportParts } from "./api";

type Parts = Awaited<ReturnType<typeof reportParts>>;

/**
 * The report for a question or a bug: what the hub and the browser are. It
 * takes single facts out of the answers rather than whole answers, so that a
 * field that comes to an answer later does not slip into it.
 */
export function reportOf([meta, settings, model, p, index]: Parts, browser: string, at: string) {
	return {
		at,
		hub: {
			version: meta.version,
			vpic: meta.release,
			indexDigest: meta.digest,
			changes: meta.seq,
			sample: meta.sample,
		},
		settings: Object.fromEntries(settings.items.map((s) => [s.key, `${withoutHome(s.value)} (${s.origin})`])),
		model: { name: model.model, condition: model.condition, earned: model.earned },
		search: { vehicles: index.total, building: index.building, stale: index.stale },
		preferences: {
			language: p.language,
			numbers: p.numbers,
			dates: p.dates,
			distance: p.distance,
			volume: p.volume,
			theme: p.theme,
			highContrast: p.highContrast,
			shortcuts: p.shortcuts,
		},
		browser,
	};
}

/** A folder's name often is a person's: what stands before and in it is left out. */
export function withoutHome(value: string): string {
	return value
		.replace(/^\/(home|Users)\/[^/]+/, "~")
		.replace(/^[A-Za-z]:\\Users\\[^\\]+/, "~")
		.replace(/^\/root(?=\/|$)/, "~");
}
