import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, type Written, written } from "../../lib/api";
import { findings } from "../../lib/brief";

export type Vehicle = Schemas["Vehicle"];
export type History = Schemas["History"];
export type Due = Schemas["Due"];
export type Draft = Schemas["Draft"];

/** The kinds of record that a person adds. */
export type RecordKind = "reading" | "service" | "fuel";

/** A record as it is kept, with its revision. */
export type Kept =
	| { kind: "reading"; rev: number; record: Schemas["Reading"] }
	| { kind: "service"; rev: number; record: Schemas["ServiceRecord"] }
	| { kind: "fuel"; rev: number; record: Schemas["FuelRecord"] };

// What a client may send of a record: the rest is the server's to fill in.
type Sent<T> = Omit<T, "id" | "vehicleId" | "odometer" | "volume">;
type SentDistance = Pick<Schemas["Distance"], "value" | "unit">;
type SentVolume = Pick<Schemas["Volume"], "value" | "unit">;
export type RecordDraft =
	| { kind: "reading"; body: Sent<Schemas["Reading"]> & { odometer: SentDistance } }
	| { kind: "service"; body: Sent<Schemas["ServiceRecord"]> & { odometer?: SentDistance } }
	| { kind: "fuel"; body: Sent<Schemas["FuelRecord"]> & { odometer?: SentDistance; volume: SentVolume } };

export const vehicleQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id],
		queryFn: ({ signal }) => data(api.GET("/api/v1/vehicles/{id}", { params: { path: { id } }, signal })),
	});

export const historyQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "history"],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/vehicles/{id}/history", { params: { path: { id } }, signal })),
	});

/** Recalls and fuel economy of the vehicle's model, from the files that were brought in. */
export const publicDataQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "reference"],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/vehicles/{id}/reference", { params: { path: { id } }, signal })),
	});

export const specsQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "specs"],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/vehicles/{id}/specs", { params: { path: { id } }, signal })),
	});

/** What the hub's rules find in the records, without the wording. */
export const findingsQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "findings"],
		queryFn: ({ signal }) => findings(id, signal),
	});

/** How a finding came about; each asked for when somebody opens it. */
export const explanationQuery = (id: string, finding: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "explanation", finding],
		queryFn: ({ signal }) =>
			data(
				api.POST("/api/v1/vehicles/{id}/insights/explain", {
					params: { path: { id } },
					body: { finding },
					signal,
				}),
			),
	});

/** What a model would be sent to write the briefing, and which one. */
export const outgoingQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "outgoing"],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/vehicles/{id}/insights/outgoing", { params: { path: { id } }, signal })),
	});

/** What matters of the notes, quoted; `away` lets a model elsewhere choose it, this once. */
export const summarise = (id: string, away: boolean) =>
	data(api.GET("/api/v1/vehicles/{id}/notes/summary", { params: { path: { id }, query: { away } } }));

/** Reads the text of an invoice; nothing of it is saved. */
export const readInvoice = (text: string) => data(api.POST("/api/v1/records/read", { body: { text } }));

/** What kind of work a text is about, as a suggestion. */
export const categoryQuery = (text: string) =>
	queryOptions({
		queryKey: ["category", text],
		queryFn: ({ signal }) => data(api.POST("/api/v1/records/categorise", { body: { text }, signal })),
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: 60_000,
		retry: false,
	});

const at = (v: { id: string; rev: number }) => ({
	path: { id: v.id },
	header: { "If-Match": `"${v.rev}"` },
});

/** All records of a VIN. */
export const sameVINQuery = (vin: string) =>
	queryOptions({
		queryKey: ["vehicle", "vin", vin],
		queryFn: async ({ signal }) =>
			(await data(api.GET("/api/v1/vehicles", { params: { query: { vin } }, signal }))).items,
		enabled: vin.length === 17,
	});

export type MergeField =
	| ("plate" | "stock" | "color" | "stage" | "asking" | "paid" | "soldFor" | "claimed")
	| ("location" | "group");
export const mergeVehicles = (v: Pick<Vehicle, "id" | "rev">, other: string, take: MergeField[]) =>
	written(api.POST("/api/v1/vehicles/{id}/merge", { params: at(v), body: { other, take } }));

export const updateVehicle = (v: Pick<Vehicle, "id" | "rev">, body: Draft) =>
	written(api.PUT("/api/v1/vehicles/{id}", { params: at(v), body }));
export const deleteVehicle = (v: Pick<Vehicle, "id" | "rev">) =>
	written(api.DELETE("/api/v1/vehicles/{id}", { params: at(v) }));
export const addNote = (id: string, text: string) =>
	written(api.POST("/api/v1/vehicles/{id}/notes", { params: { path: { id } }, body: { text } }));
export const removeNote = (id: string, note: string) =>
	written(api.DELETE("/api/v1/vehicles/{id}/notes/{note}", { params: { path: { id, note } } }));

// The generated bodies ask for read-only fields too, which a client does not
// send: that, and nothing else, is what the casts below are for.

export function addRecord(id: string, d: RecordDraft): Promise<Written<unknown>> {
	const params = { path: { id } };
	switch (d.kind) {
		case "reading":
			return written(
				api.POST("/api/v1/vehicles/{id}/readings", { params, body: d.body as Schemas["Reading"] }),
			);
		case "service":
			return written(
				api.POST("/api/v1/vehicles/{id}/services", { params, body: d.body as Schemas["ServiceRecord"] }),
			);
		case "fuel":
			return written(
				api.POST("/api/v1/vehicles/{id}/fuel", { params, body: d.body as Schemas["FuelRecord"] }),
			);
	}
}

const of = (id: string, k: Kept) => ({
	path: { id, record: k.record.id },
	header: { "If-Match": `"${k.rev}"` },
});

export function updateRecord(id: string, k: Kept, d: RecordDraft): Promise<Written<unknown>> {
	const params = of(id, k);
	switch (d.kind) {
		case "reading":
			return written(
				api.PUT("/api/v1/vehicles/{id}/readings/{record}", { params, body: d.body as Schemas["Reading"] }),
			);
		case "service":
			return written(
				api.PUT("/api/v1/vehicles/{id}/services/{record}", {
					params,
					body: d.body as Schemas["ServiceRecord"],
				}),
			);
		case "fuel":
			return written(
				api.PUT("/api/v1/vehicles/{id}/fuel/{record}", { params, body: d.body as Schemas["FuelRecord"] }),
			);
	}
}

export function removeRecord(id: string, k: Kept): Promise<Written<unknown>> {
	const params = of(id, k);
	switch (k.kind) {
		case "reading":
			return written(api.DELETE("/api/v1/vehicles/{id}/readings/{record}", { params }));
		case "service":
			return written(api.DELETE("/api/v1/vehicles/{id}/services/{record}", { params }));
		case "fuel":
			return written(api.DELETE("/api/v1/vehicles/{id}/fuel/{record}", { params }));
	}
}
