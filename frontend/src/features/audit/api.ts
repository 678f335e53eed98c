import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Entry = Schemas["AuditEntry"];
export type Verified = Schemas["AuditVerified"];

/** The filters as they stand in the address; days are whole days of the reader. */
export interface Filters {
	event?: string;
	actor?: string;
	subject?: string;
	from?: string;
	since?: string;
	until?: string;
	text?: string;
}

const begin = (day?: string, plus = 0): string | undefined => {
	const [y, mo, d] = (day ?? "").split("-").map(Number);
	if (!y || !mo || !d) return undefined;
	return new Date(y, mo - 1, d + plus).toISOString();
};

const queryOf = (f: Filters) => ({
	event: f.event,
	actor: f.actor,
	subject: f.subject,
	from: f.from?.trim() || undefined,
	text: f.text?.trim() || undefined,
	since: begin(f.since),
	until: begin(f.until, 1),
});

/** The trail, the newest entries first. */
export const auditQuery = (f: Filters) =>
	infiniteQueryOptions({
		queryKey: ["audit", f],
		queryFn: ({ pageParam, signal }) =>
			data(
				api.GET("/api/v1/audit", {
					params: { query: { ...queryOf(f), limit: 50, cursor: pageParam || undefined } },
					signal,
				}),
			),
		initialPageParam: "",
		getNextPageParam: (page) => page.next,
	});

export const verify = (): Promise<Verified> => data(api.GET("/api/v1/audit/verify"));

/** What the filters leave, as a file. */
export const exportTrail = (f: Filters, format: "csv" | "jsonl"): Promise<Blob> =>
	data(
		api.GET("/api/v1/audit/export", {
			params: { query: { ...queryOf(f), format } },
			parseAs: "blob",
		}) as Promise<{ data?: Blob }>,
	);
