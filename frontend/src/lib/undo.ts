import { api, data } from "./api";

/** Takes a write back as a whole, by the batch that its answer named. */
export const undo = (batch: string) =>
	data(api.POST("/api/v1/undo/{batch}", { params: { path: { batch } } }));
