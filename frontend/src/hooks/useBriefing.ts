import { useCallback, useEffect, useRef, useState } from "react";
import { type Briefing, brief, type Subject } from "../lib/brief";

/** A briefing as it comes: the plain wording at once, the model's when it is ready. */
export function useBriefing(subject: Subject) {
	const key = JSON.stringify(subject);
	const [state, setState] = useState<Briefing>({ sentences: [] });
	const [error, setError] = useState<Error>();
	const [busy, setBusy] = useState(false);
	const [sent, setSent] = useState(false);
	const running = useRef<AbortController>(undefined);

	const run = useCallback(
		(away: boolean) => {
			running.current?.abort();
			const control = new AbortController();
			running.current = control;
			// What is shown stays until the new wording is there: nothing jumps.
			setState((s) => ({ insight: s.insight, sentences: [] }));
			setError(undefined);
			setBusy(true);
			setSent(away);
			brief(
				JSON.parse(key) as Subject,
				control.signal,
				(b) => {
					if (!control.signal.aborted) setState(b);
				},
				away,
			)
				.catch((e: unknown) => {
					if (!control.signal.aborted) setError(e instanceof Error ? e : new Error(String(e)));
				})
				.finally(() => {
					if (running.current === control) setBusy(false);
				});
		},
		[key],
	);
	const start = useCallback(() => run(false), [run]);
	useEffect(() => {
		start();
		return () => running.current?.abort();
	}, [start]);

	const stop = () => {
		running.current?.abort();
		setBusy(false);
		setState((s) => ({ insight: s.insight, sentences: [], note: s.note }));
	};
	/** Has a model away write it, once: the person has seen what leaves. */
	const send = () => run(true);
	return { ...state, error, busy: busy && state.insight?.final !== true, sent, start, send, stop };
}
