import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Lan = Schemas["LanStatus"];
export type Vault = Schemas["Vault"];
export type Rotated = Schemas["VaultRotated"];

export const lanQuery = queryOptions({
	queryKey: ["lan"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/lan", { signal })),
});

export const vaultQuery = queryOptions({
	queryKey: ["vault"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/vault", { signal })),
});

export const resetLan = async (): Promise<void> => {
	await api.DELETE("/api/v1/lan/authority");
};

export const rotateVault = (): Promise<Rotated> => data(api.POST("/api/v1/vault/rotate"));
