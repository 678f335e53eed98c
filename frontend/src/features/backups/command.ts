import type { Backup } from "./api";

/** A word of a command line, quoted where a shell would read it otherwise. */
export const quoted = (s: string): string =>
	/^[\w@%+=:,./-]+$/.test(s) ? s : `'${s.replaceAll("'", "'\\''")}'`;

/** The place of a backup as the command line names it: a folder, or s3://BUCKET/PREFIX?endpoint=… */
export function placeOf(b: Pick<Backup, "kind" | "folder" | "prefix" | "s3">): string {
	if (b.kind === "folder") return [b.folder, b.prefix].filter(Boolean).join("/");
	if (!b.s3) return "";
	const q = new URLSearchParams({ endpoint: b.s3.endpoint });
	if (b.s3.region) q.set("region", b.s3.region);
	// The command line takes it for granted everywhere but at Amazon.
	const path = b.s3.pathStyle ?? false;
	if (path === b.s3.endpoint.includes("amazonaws.com")) q.set("path_style", String(path));
	return `s3://${[b.s3.bucket, b.prefix].filter(Boolean).join("/")}?${decodeURIComponent(q.toString())}`;
}

/** What brings a backup back on a bare machine. */
export const restoreFrom = (b: Pick<Backup, "kind" | "folder" | "prefix" | "s3">): string =>
	`hubcap restore --from ${quoted(placeOf(b))} --into ./restored`;
