import { QueryClient } from "@tanstack/react-query";
import { Failure } from "../lib/api";

export function createQueryClient(): QueryClient {
	return new QueryClient({
		defaultOptions: {
			queries: {
				staleTime: 5_000,
				refetchOnWindowFocus: true,
				// The hub is on this machine: "offline" says nothing about reaching it.
				networkMode: "always",
				retry: (count, error) =>
					count < 2 && (!(error instanceof Failure) || error.status === 503 || error.status === 0),
			},
			mutations: { networkMode: "always" },
		},
	});
}
