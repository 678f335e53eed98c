import { Button, Code, CopyButton, Group, Progress, Skeleton, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { jobQuery } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { indexQuery, rebuildIndex, reportParts } from "./api";
import { m } from "./messages";
import { reportOf } from "./report";
import { SettingRow } from "./SettingRow";

/** How the search index is, and a button that builds it again. */
export function IndexRow({ here }: { here: boolean }) {
	const say = useSay();
	const index = useQuery(indexQuery);
	const rebuild = useMutation({ mutationFn: rebuildIndex });
	const { data: job } = useQuery(jobQuery(rebuild.data?.id ?? ""));
	const running = rebuild.isPending || (rebuild.data !== undefined && !job?.ended);
	const state = index.data?.building
		? say(m.indexBuilding)
		: index.data?.stale
			? say(m.indexLagging)
			: index.data && say(m.indexReady, { n: index.data.total });
	return (
		<SettingRow
			id="index"
			title={say(m.index)}
			about={say(m.indexAbout)}
			here={here}
			facts={[state]}
			control={
				<Button variant="default" loading={running} onClick={() => rebuild.mutate()}>
					{say(m.rebuild)}
				</Button>
			}
		>
			<output aria-live="polite" style={{ display: "block" }}>
				{running && (
					<>
						<Progress
							value={job && job.total > 0 ? (100 * job.done) / job.total : 0}
							aria-label={say(m.rebuildWaiting)}
							mb={4}
						/>
						<Text size="sm">
							{job && job.total > 0
								? say(m.rebuilding, { done: job.done, total: job.total })
								: say(m.rebuildWaiting)}
						</Text>
					</>
				)}
				{job?.state === "done" && <Text size="sm">{say(m.rebuilt)}</Text>}
			</output>
			{job?.problem && <FailureNote error={new Error(job.problem)} />}
			{rebuild.error && <FailureNote error={rebuild.error} />}
		</SettingRow>
	);
}

/** The redacted report: seen before it is copied. */
export function ReportRow({ here }: { here: boolean }) {
	const say = useSay();
	const [shown, setShown] = useState(false);
	const report = useQuery({
		queryKey: ["report"],
		queryFn: async () =>
			JSON.stringify(reportOf(await reportParts(), navigator.userAgent, new Date().toISOString()), null, 2),
		staleTime: 0,
	});
	return (
		<SettingRow
			id="report"
			title={say(m.report)}
			about={say(m.reportAbout)}
			here={here}
			control={
				<Group gap="xs" justify="flex-end">
					<Button variant="subtle" onClick={() => setShown(!shown)} aria-expanded={shown}>
						{say(shown ? m.hideReport : m.showReport)}
					</Button>
					<CopyButton value={report.data ?? ""}>
						{({ copied, copy }) => (
							<Button variant="default" onClick={copy} disabled={!report.data}>
								{say(copied ? m.copied : m.copyReport)}
							</Button>
						)}
					</CopyButton>
				</Group>
			}
		>
			{report.error && <FailureNote error={report.error} />}
			{shown &&
				(report.data ? (
					<Code block tabIndex={0} mah={360} style={{ overflow: "auto" }}>
						{report.data}
					</Code>
				) : (
					<Skeleton height={200} aria-label={say(m.reading)} />
				))}
		</SettingRow>
	);
}
