import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../lib/api";

export type Backup = Schemas["Backup"];
export type Entry = Schemas["BackupEntry"];
export type Bucket = Schemas["BackupBucket"];
export type Keep = Schemas["BackupKeep"];
export type Rules = Schemas["BackupRules"];
export type Estimate = Schemas["BackupEstimate"];
export type Tried = Schemas["BackupTried"];
export type Step = Schemas["Step"];
export type Alert = Schemas["Alert"];
export type Sheet = Schemas["RecoverySheet"];
export type Points = Schemas["BackupPoints"];
export type Reach = Schemas["BackupReach"];
export type Plan = Schemas["BackupPlan"];
export type Copied = Schemas["StoreCopy"];
export type Drill = Schemas["Drill"];

/** The places of backups and how each stands. */
export const backupsQuery = queryOptions({
	queryKey: ["backups"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/backups", { signal }))).items,
});

/** What can be restored; the hub reads it from the place itself. */
export const pointsQuery = (id: string) =>
	queryOptions({
		queryKey: ["backupPoints", id],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/backups/{id}/points", { params: { path: { id } }, signal })),
		staleTime: 15_000,
	});

export const planQuery = (id: string) =>
	queryOptions({
		queryKey: ["backupPoints", id, "prune"],
		queryFn: ({ signal }) =>
			data(api.GET("/api/v1/backups/{id}/prune", { params: { path: { id } }, signal })),
	});

export const copiesQuery = queryOptions({
	queryKey: ["copies"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/backup-copies", { signal }))).items,
});

export const drillsQuery = queryOptions({
	queryKey: ["drills"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/drills", { signal }))).items,
});

export const estimateQuery = (rules: Pick<Rules, "preset" | "keep">) =>
	queryOptions({
		queryKey: ["backupEstimate", rules],
		queryFn: ({ signal }) => data(api.POST("/api/v1/backups/estimate", { body: rules, signal })),
		staleTime: 60_000,
	});

const path = (id: string) => ({ path: { id } });
const at = (b: Backup) => ({ ...path(b.id), header: { "If-Match": `"${b.rev}"` } });

export const saveBackup = (b: Backup | undefined, body: Entry) =>
	b
		? data(api.PUT("/api/v1/backups/{id}", { params: at(b), body }))
		: data(api.POST("/api/v1/backups", { body }));
export const removeBackup = (b: Backup) => api.DELETE("/api/v1/backups/{id}", { params: at(b) });
export const tryBackup = (id?: string, entry?: Entry) =>
	data(api.POST("/api/v1/backups/try", { body: { id, entry } }));

export const initBackup = (id: string, passphrase: string) =>
	data(api.POST("/api/v1/backups/{id}/init", { params: path(id), body: { passphrase } }));
export const joinBackup = (id: string, secret: string) =>
	data(api.POST("/api/v1/backups/{id}/join", { params: path(id), body: { secret } }));
export const confirmBackup = (id: string, words: { at: number; word: string }[]) =>
	data(api.POST("/api/v1/backups/{id}/confirm", { params: path(id), body: { words } }));
export const renewRecovery = (id: string) =>
	data(api.POST("/api/v1/backups/{id}/recovery", { params: path(id) }));
export const changePassphrase = (id: string, passphrase: string) =>
	data(api.POST("/api/v1/backups/{id}/passphrase", { params: path(id), body: { passphrase } }));
export const resumeBackup = (id: string, anew: boolean) =>
	data(api.POST("/api/v1/backups/{id}/resume", { params: path(id), body: { anew } }));

/** The long work on a backup; each answers with its job. */
export const work = {
	now: (id: string) => data(api.POST("/api/v1/backups/{id}/now", { params: path(id), body: {} })),
	full: (id: string) =>
		data(api.POST("/api/v1/backups/{id}/now", { params: path(id), body: { full: true } })),
	test: (id: string) => data(api.POST("/api/v1/backups/{id}/test", { params: path(id) })),
	verify: (id: string) => data(api.POST("/api/v1/backups/{id}/verify", { params: path(id), body: {} })),
	verifyAll: (id: string) =>
		data(api.POST("/api/v1/backups/{id}/verify", { params: path(id), body: { all: true } })),
	drill: (id: string) => data(api.POST("/api/v1/backups/{id}/drill", { params: path(id), body: {} })),
	chaos: (id: string) =>
		data(api.POST("/api/v1/backups/{id}/drill", { params: path(id), body: { chaos: true } })),
	prune: (id: string) => data(api.POST("/api/v1/backups/{id}/prune", { params: path(id) })),
	rotate: (id: string) => data(api.POST("/api/v1/backups/{id}/rotate", { params: path(id) })),
};
export type Work = keyof typeof work;

export const restoreCopy = (id: string, at?: string) =>
	data(api.POST("/api/v1/backups/{id}/restore", { params: path(id), body: { at } }));
export const restoreVehicle = (id: string, vehicle: string, at?: string) =>
	data(api.POST("/api/v1/backups/{id}/restore-vehicle", { params: path(id), body: { vehicle, at } }));
export const removeCopy = (name: string) =>
	api.DELETE("/api/v1/backup-copies/{name}", { params: { path: { name } } });

/** Where the report of a drill is read. */
export const drillFile = (name: string, form: "html" | "json") =>
	`/api/v1/drills/${encodeURIComponent(name)}?form=${form}`;

/** A place as it is kept, for a write that changes a part of it. */
export const entryOf = (b: Backup): Entry => ({
	name: b.name,
	kind: b.kind,
	folder: b.folder,
	s3: b.s3,
	prefix: b.prefix,
	paused: b.paused,
	preset: b.preset,
	at: b.at,
	keep: b.keep,
	testDays: b.testDays,
	limit: b.limit,
	hours: b.hours,
	lockDays: b.lockDays,
});
