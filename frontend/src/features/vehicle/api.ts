import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Vehicle = Schemas["Vehicle"];
export type History = Schemas["History"];
export type Due = Schemas["Due"];
export type Draft = Schemas["Draft"];

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

export const specsQuery = (id: string) =>
	queryOptions({
		queryKey: ["vehicle", id, "specs"],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/vehicles/{id}/specs", { params: { path: { id } }, signal })),
	});

const at = (v: Pick<Vehicle, "id" | "rev">) => ({
	path: { id: v.id },
	header: { "If-Match": `"${v.rev}"` },
});

export const updateVehicle = (v: Vehicle, body: Draft) =>
	data(api.PUT("/api/v1/vehicles/{id}", { params: at(v), body }));
export const deleteVehicle = (v: Vehicle) => data(api.DELETE("/api/v1/vehicles/{id}", { params: at(v) }));
export const addNote = (id: string, text: string) =>
	data(api.POST("/api/v1/vehicles/{id}/notes", { params: { path: { id } }, body: { text } }));
export const removeNote = (id: string, note: string) =>
	data(api.DELETE("/api/v1/vehicles/{id}/notes/{note}", { params: { path: { id, note } } }));
export const addReading = (id: string, body: Schemas["Reading"]) =>
	data(api.POST("/api/v1/vehicles/{id}/readings", { params: { path: { id } }, body }));
export const addService = (id: string, body: Schemas["ServiceRecord"]) =>
	data(api.POST("/api/v1/vehicles/{id}/services", { params: { path: { id } }, body }));
export const addFuel = (id: string, body: Schemas["FuelRecord"]) =>
	data(api.POST("/api/v1/vehicles/{id}/fuel", { params: { path: { id } }, body }));
