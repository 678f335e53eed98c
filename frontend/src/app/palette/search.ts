import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";
import { lastWrite } from "../../lib/sequence";

export type Found = Schemas["FoundVehicle"];

/** The few vehicles that fit best; those changed last where nothing is asked. */
export const paletteQuery = (q: string) =>
	queryOptions({
		queryKey: ["search", "palette", q],
		queryFn: ({ signal }) =>
			data(
				api.GET("/api/v1/search", {
					params: { query: { q, limit: q ? 7 : 5, sort: q ? undefined : "-changed", after: lastWrite.seq } },
					signal,
				}),
			),
		staleTime: 5_000,
		placeholderData: keepPreviousData,
	});

/**
 * Takes "add fuel to truck 14" apart: which records are meant, and the words
 * that name the vehicle. No record is meant where no such word stands first.
 */
export function intent(text: string, words: string[]): { adds: string[]; rest: string } {
	const [add = "", service = "", fuel = "", odometer = "", reading = "", record = "", to = ""] = words;
	const typed = text.trim().split(/\s+/);
	const kinds = new Map([
		[service, "service"],
		[fuel, "fuel"],
		[odometer, "reading"],
		[reading, "reading"],
	]);
	let at = 0;
	const meant = new Set<string>();
	for (; at < typed.length; at++) {
		const word = typed[at]?.toLowerCase() ?? "";
		const kind = kinds.get(word);
		if (kind) meant.add(kind);
		else if (at === 0 ? word !== add : ![record, to, add].includes(word)) break;
	}
	if (at === 0) return { adds: [], rest: text.trim() };
	return {
		adds: meant.size > 0 ? [...meant] : ["service", "fuel", "reading"],
		rest: typed.slice(at).join(" "),
	};
}
