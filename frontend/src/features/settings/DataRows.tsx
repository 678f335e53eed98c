import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { SelfCheck } from "../../components/SelfCheck";
import { useWrite } from "../../hooks/useWrite";
import { metaQuery } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { loadSample, removeSample } from "./api";
import { m } from "./messages";
import { SettingRow } from "./SettingRow";

/** Loads the sample fleet, or takes it away. */
export function SampleRow({ here }: { here: boolean }) {
	const say = useSay();
	const meta = useQuery(metaQuery);
	const load = useWrite({ write: () => loadSample(), said: (r) => say(m.loaded, { n: r.vehicles }) });
	const remove = useWrite({ write: () => removeSample(), said: (r) => say(m.removed, { n: r.vehicles }) });
	const there = meta.data?.sample === true;
	const act = there ? remove : load;
	const error = load.error ?? remove.error;
	return (
		<SettingRow
			id="sample"
			title={say(m.sample)}
			about={say(m.sampleAbout)}
			here={here}
			facts={[meta.data && say(there ? m.sampleLoaded : m.sampleAbsent)]}
			control={
				<Button
					variant="default"
					disabled={!meta.data}
					loading={act.isPending}
					onClick={() => act.mutate(undefined)}
				>
					{say(there ? m.removeSample : m.loadSample)}
				</Button>
			}
		>
			{error && <FailureNote error={error} />}
		</SettingRow>
	);
}

/** Runs the self-check when it is asked for. */
export function CheckRow({ here }: { here: boolean }) {
	const say = useSay();
	const [on, setOn] = useState(false);
	return (
		<SettingRow
			id="check"
			title={say(m.check)}
			about={say(m.checkAbout)}
			here={here}
			control={
				!on && (
					<Button variant="default" onClick={() => setOn(true)}>
						{say(m.checkNow)}
					</Button>
				)
			}
		>
			{on && <SelfCheck />}
		</SettingRow>
	);
}
