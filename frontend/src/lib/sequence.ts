/**
 * The sequence of this page's last write. A search sends it along, so that
 * what was just saved is in the answer. It lives as long as the page: after a
 * reload the index has long caught up.
 */
let last = 0;

export const lastWrite = {
	/** Takes note of the Hubcap-Seq header of an answer to a write. */
	note(header: string | number | null | undefined): void {
		const seq = Number(header);
		if (Number.isSafeInteger(seq) && seq > last) last = seq;
	},
	/** The sequence that an answer must include; undefined before the first write. */
	get seq(): number | undefined {
		return last > 0 ? last : undefined;
	},
};
