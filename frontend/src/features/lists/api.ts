import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Intake = Schemas["Intake"];
export type IntakeFile = Schemas["IntakeFile"];
export type Row = Schemas["IntakeRow"];
export type Rows = Schemas["IntakeRows"];
export type Change = Schemas["IntakeChange"];
export type Finding = Schemas["ClaimFinding"];
export type Column = Schemas["MappingColumn"];
export type Mapping = Schemas["MappingMapping"];
export type Wishes = Schemas["ChecklistWishes"];
export type Outcome = Schemas["IntakeOutcome"];

export const statuses = [
	"ready",
	"mismatch",
	"fixable",
	"duplicate",
	"existing",
	"short",
	"invalid",
] as const;
export type Status = (typeof statuses)[number];

export const fields = [
	"year",
	"make",
	"model",
	"series",
	"trim",
	"body",
	"fuel",
	"drive",
	"transmission",
	"cylinders",
	"displacement",
	"doors",
	"gvwr",
] as const;
export type Field = (typeof fields)[number];

/** Which rows are looked at, as it stands in the address. */
export interface Look {
	status?: Status;
	severity?: "hard" | "soft" | "untestable";
	field?: Field;
	verdict?: "buy" | "look" | "pass";
	compared?: "new" | "same" | "price";
	text?: string;
	sort?: string;
}

/** Rows that one request brings. */
export const pageRows = 100;

const key = (id: string) => ["intakes", id] as const;

export const intakesQuery = (trash = false) =>
	infiniteQueryOptions({
		queryKey: ["intakes", "all", trash],
		initialPageParam: undefined as string | undefined,
		queryFn: ({ pageParam, signal }) =>
			data(
				api.GET("/api/v1/intakes", { params: { query: { cursor: pageParam, limit: 50, trash } }, signal }),
			),
		getNextPageParam: (last) => last.next,
	});

export const intakeQuery = (id: string) =>
	queryOptions({
		queryKey: key(id),
		queryFn: ({ signal }) => data(api.GET("/api/v1/intakes/{id}", { params: { path: { id } }, signal })),
	});

export const previewQuery = (id: string, file: number, sheet: string) =>
	queryOptions({
		queryKey: [...key(id), "preview", file, sheet],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/intakes/{id}/files/{file}/preview", { params: { path: { id, file } }, signal })),
		staleTime: 60_000,
	});

/** How soon a check that is under way is asked again. */
const againMS = 350;

export const rowsQuery = (id: string, look: Look, page: number) =>
	queryOptions({
		queryKey: [...key(id), "rows", look, page],
		queryFn: ({ signal }) =>
			data(
				api.GET("/api/v1/intakes/{id}/rows", {
					params: {
						path: { id },
						query: {
							...look,
							status: look.status && [look.status],
							offset: page * pageRows,
							limit: pageRows,
						},
					},
					signal,
				}),
			),
		refetchInterval: (q) => (q.state.data && !q.state.data.done ? againMS : false),
		placeholderData: keepPreviousData,
		staleTime: 10_000,
	});

export const rowQuery = (id: string, file: number, row: number) =>
	queryOptions({
		queryKey: [...key(id), "row", file, row],
		queryFn: ({ signal }) =>
			data(
				api.GET("/api/v1/intakes/{id}/rows/{file}/{row}", { params: { path: { id, file, row } }, signal }),
			),
	});

export const goneQuery = (id: string) =>
	queryOptions({
		queryKey: [...key(id), "gone"],
		queryFn: async ({ signal }) =>
			(await data(api.GET("/api/v1/intakes/{id}/gone", { params: { path: { id } }, signal }))).items,
	});

/** What the watched folder of the hub's machine brought. */
export const watchedQuery = queryOptions({
	queryKey: ["intakes", "watched"],
	queryFn: async ({ signal }) =>
		(await data(api.GET("/api/v1/watched-files", { params: { query: { limit: 20 } }, signal }))).items,
	// What the folder brings is a list, which is told; what it could not bring is not.
	refetchInterval: 10_000,
});

/** Words of lists that were accepted for all lists. */
export const aliasesQuery = queryOptions({
	queryKey: ["intakes", "aliases"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/claim-aliases", { signal }))).items,
});

/** Mappings that are used again for files with the same headings. */
export const templatesQuery = queryOptions({
	queryKey: ["intakes", "templates"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/import-templates", { signal }))).items,
});

export const removeTemplate = (template: string) =>
	api.DELETE("/api/v1/import-templates/{template}", { params: { path: { template } } });

export const createIntake = (name: string) => data(api.POST("/api/v1/intakes", { body: { name } }));

export const fileAddress = (id: string, name: string) =>
	`/api/v1/intakes/${encodeURIComponent(id)}/files?name=${encodeURIComponent(name)}`;

export const reportAddress = (id: string, format: "csv" | "xlsx") =>
	`/api/v1/intakes/${encodeURIComponent(id)}/report?format=${format}`;

export const updateIntake = (id: string, body: Schemas["IntakeSettings"]) =>
	data(api.PATCH("/api/v1/intakes/{id}", { params: { path: { id } }, body }));

export const removeIntake = (id: string) =>
	data(api.DELETE("/api/v1/intakes/{id}", { params: { path: { id } } }));

export const restoreIntake = (id: string) =>
	data(api.POST("/api/v1/intakes/{id}/restore", { params: { path: { id } } }));

export const updateFile = (id: string, file: number, body: Schemas["IntakeFileSettings"]) =>
	data(api.PATCH("/api/v1/intakes/{id}/files/{file}", { params: { path: { id, file } }, body }));

export const removeFile = (id: string, file: number) =>
	data(api.DELETE("/api/v1/intakes/{id}/files/{file}", { params: { path: { id, file } } }));

/** Changes rows; the answer is what stood there and takes this back when it is sent. */
export const editRows = async (id: string, changes: Change[]) =>
	(await data(api.POST("/api/v1/intakes/{id}/edits", { params: { path: { id } }, body: { changes } })))
		.before;

export const acceptRepairs = async (id: string, rows?: Schemas["IntakeRef"][]) =>
	(await data(api.POST("/api/v1/intakes/{id}/repairs", { params: { path: { id } }, body: { rows } }))).before;

export const acceptAlias = (body: Schemas["NewAlias"]) => data(api.POST("/api/v1/claim-aliases", { body }));

export const removeAlias = (alias: string) =>
	api.DELETE("/api/v1/claim-aliases/{alias}", { params: { path: { alias } } });

export const commit = (id: string, policy: "fill" | "overwrite" | "ask", take: Status[]) =>
	data(
		api.POST("/api/v1/intakes/{id}/commit", { params: { path: { id } }, body: { policy, statuses: take } }),
	);
