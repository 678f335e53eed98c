import { queryOptions } from "@tanstack/react-query";
import { api, data, Failure, type Schemas } from "./api";

export type Job = Schemas["Job"];

export const readJob = (id: string, signal?: AbortSignal) =>
	data(api.GET("/api/v1/jobs/{id}", { params: { path: { id } }, signal }));

/** A job that was started here. Live updates keep it; it is asked for again in case they do not come. */
export const jobQuery = (id: string) =>
	queryOptions({
		queryKey: ["job", id],
		queryFn: ({ signal }) => readJob(id, signal),
		enabled: id !== "",
		refetchInterval: (q) => (q.state.data?.ended ? false : 500),
	});

/** What a job that did not do its work says. */
export const failureOf = (j: Pick<Job, "title" | "problem" | "remedy">) =>
	new Failure({ type: "about:blank", title: j.title, status: 500, detail: j.problem, remedy: j.remedy });

const at = (id: string) => ({ params: { path: { id } } });

/** What can be asked of a job that goes on. */
export const jobSteps = {
	pause: (id: string) => data(api.POST("/api/v1/jobs/{id}/pause", at(id))),
	resume: (id: string) => data(api.POST("/api/v1/jobs/{id}/resume", at(id))),
	cancel: (id: string) => data(api.POST("/api/v1/jobs/{id}/cancel", at(id))),
};
