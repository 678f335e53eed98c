import { sizeText as m } from "./messages";
import type { Say } from "./say";

/** "94 MB", "2.1 GB", as disks and downloads are sold: by thousands. */
export function bytes(n: number, say: Say): string {
	if (n < 1_000) return say(m.bytes, { n });
	if (n < 1e6) return say(m.kilobytes, { n: say.number(n / 1e3) });
	if (n < 1e9) return say(m.megabytes, { n: say.number(n / 1e6) });
	return say(m.gigabytes, { n: say.number(n / 1e9, 1) });
}
