import { useRef, useState } from "react";
import { toast } from "../../hooks/useWrite";
import { useRefresh } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { savedWith, saveVehicle } from "./api";
import { m } from "./messages";

/** Saves VINs one after another; what was saved before a stop stays, and one Undo takes all back. */
export function useSaveMany() {
	const say = useSay();
	const refresh = useRefresh();
	const [saved, setSaved] = useState<Map<string, string>>(new Map());
	const [progress, setProgress] = useState({ running: false, done: 0, total: 0 });
	const [error, setError] = useState<Error>();
	const stopped = useRef(false);

	const start = async (vins: string[]) => {
		stopped.current = false;
		setError(undefined);
		setProgress({ running: true, done: 0, total: vins.length });
		const batches: string[] = [];
		const ours: string[] = [];
		let title = "";
		try {
			for (const vin of vins) {
				if (stopped.current) break;
				// A list may be pasted twice, and others save too: what is here already is not saved again.
				const here = await savedWith(vin);
				if (here) {
					setSaved((old) => new Map(old).set(vin, here.id));
					setProgress((p) => ({ ...p, done: p.done + 1 }));
					continue;
				}
				const { value, batch } = await saveVehicle(vin);
				title = value.title;
				batches.push(batch);
				ours.push(vin);
				setSaved((old) => new Map(old).set(vin, value.id));
				setProgress((p) => ({ ...p, done: p.done + 1 }));
			}
		} catch (e) {
			setError(e instanceof Error ? e : new Error(String(e)));
		}
		setProgress((p) => ({ ...p, running: false }));
		if (ours.length === 0) return;
		await refresh();
		toast(
			say,
			ours.length === 1 ? say(m.saved, { title }) : say(m.savedMany, { n: ours.length }),
			batches,
			async () => {
				setSaved((old) => new Map([...old].filter(([vin]) => !ours.includes(vin))));
				await refresh();
			},
		);
	};
	const stop = () => {
		stopped.current = true;
	};
	return { ...progress, saved, error, start, stop };
}
