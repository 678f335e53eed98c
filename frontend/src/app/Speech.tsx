import { type ReactNode, useEffect, useMemo } from "react";
import { usePreferences } from "../lib/queries";
import { SayContext, sayFor } from "../lib/say";

/** Everything below speaks as the person's preferences say. */
export function Speech({ children }: { children: ReactNode }) {
	const p = usePreferences();
	// biome-ignore lint/correctness/useExhaustiveDependencies: the parts that change what is said
	const say = useMemo(
		() => sayFor(p),
		[p.language, p.numbers, p.dates, p.distance, p.volume, p.economy, p.currency],
	);
	useEffect(() => {
		// A private-use tag: no screen reader has a voice for it, and takes English.
		document.documentElement.lang = p.language === "pseudo" ? "en-x-pseudo" : p.language;
	}, [p.language]);
	return <SayContext value={say}>{children}</SayContext>;
}
