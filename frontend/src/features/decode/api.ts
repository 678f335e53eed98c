import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, written } from "../../lib/api";

export type DecodeResult = Schemas["DecodeResult"];
export type DecodedValue = Schemas["DecodedValue"];

/** Decodes one VIN, whole or partial. */
export const decodeQuery = (vin: string, year?: number) =>
	queryOptions({
		queryKey: ["decode", vin, year ?? 0],
		queryFn: ({ signal }) => data(api.GET("/api/v1/decode", { params: { query: { vin, year } }, signal })),
		staleTime: 60_000,
	});

/** Decodes many VINs at once, in the order asked. */
export const decodeManyQuery = (vins: string[]) =>
	queryOptions({
		queryKey: ["decode", "many", vins],
		queryFn: () => data(api.POST("/api/v1/decode", { body: { vins: vins.map((vin) => ({ vin })) } })),
		staleTime: 60_000,
	});

export const saveVehicle = (vin: string, yearHint?: number) =>
	written(api.POST("/api/v1/vehicles", { body: { vin, yearHint: yearHint ?? 0 } }));

/** The saved vehicle with this VIN, the last changed one where there are several. */
export const savedWith = async (vin: string) =>
	(await data(api.GET("/api/v1/vehicles", { params: { query: { vin, limit: 1 } } }))).items[0];
