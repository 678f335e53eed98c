import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../../lib/api";

/** The jobs that are not ended and the last ones that are; live updates keep the list. */
export const jobsQuery = queryOptions({
	queryKey: ["jobs"],
	queryFn: async ({ signal }) => {
		const [open, ended] = await Promise.all([
			data(api.GET("/api/v1/jobs", { params: { query: { which: "open", limit: 100 } }, signal })),
			data(api.GET("/api/v1/jobs", { params: { query: { which: "ended", limit: 20 } }, signal })),
		]);
		return [...open.items, ...ended.items].sort((a, b) => (a.id < b.id ? 1 : -1));
	},
});

export const removeJob = (id: string) => api.DELETE("/api/v1/jobs/{id}", { params: { path: { id } } });
