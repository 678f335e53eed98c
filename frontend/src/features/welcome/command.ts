/** Where a backup lies, as a person enters it. */
export type Place =
	| { kind: "folder"; path: string }
	/** The bucket with what follows it, "bucket/prefix", and the server. */
	| { kind: "s3"; endpoint: string; bucket: string };

/** A word of a command line, quoted where a shell would read it otherwise. */
const quoted = (s: string): string => (/^[\w@%+=:,./-]+$/.test(s) ? s : `'${s.replaceAll("'", "'\\''")}'`);

/** What brings a backup into the place of this hub's data, step by step, to be run with the hub stopped. */
export function restoreSteps(place: Place, folder: string) {
	const into = `${folder.replace(/[\\/]+$/, "")}.restored`;
	const from =
		place.kind === "folder"
			? place.path.trim() || "PLACE"
			: `s3://${
					place.bucket
						.trim()
						.replace(/^s3:\/\//, "")
						.replaceAll(/^\/+|\/+$/g, "") || "BUCKET/PREFIX"
				}?endpoint=${place.endpoint.trim() || "HOST"}`;
	return {
		keys: "export HUBCAP_S3_ACCESS_KEY=… HUBCAP_S3_SECRET_KEY=…",
		restore: `hubcap restore --from ${quoted(from)} --into ${quoted(into)}`,
		into: `hubcap restore --switch ${quoted(into)} --data ${quoted(folder)}`,
		serve: `hubcap serve --data ${quoted(folder)}`,
	};
}
