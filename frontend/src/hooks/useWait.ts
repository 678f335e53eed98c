import { useEffect, useState } from "react";
import { Failure } from "../lib/api";

/** For how many seconds a refusal asks to wait; it counts down to 0. */
export function useWait(error: Error | null): number {
	const [left, setLeft] = useState(0);
	const after = error instanceof Failure ? error.after : 0;
	// biome-ignore lint/correctness/useExhaustiveDependencies: each refusal begins to count anew
	useEffect(() => {
		const until = performance.now() + after * 1000;
		const count = () => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)));
		count();
		if (after === 0) return;
		const timer = setInterval(count, 250);
		return () => clearInterval(timer);
	}, [error, after]);
	return left;
}
