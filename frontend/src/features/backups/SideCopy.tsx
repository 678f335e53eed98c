import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Sure } from "../../components/access/Dialog";
import { Part } from "../../components/access/Part";
import { jobQuery } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { type Backup, restoreCopy } from "./api";
import { JobLine } from "./JobLine";
import { restoreText as m } from "./messages";

/** Restores everything beside this store, as a job. */
export function SideCopy({ of: b, at, can }: { of: Backup; at: string | undefined; can: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	const [asking, setAsking] = useState(false);
	const [job, setJob] = useState<string>();
	const start = useMutation({
		mutationFn: () => restoreCopy(b.id, at),
		onSuccess: (j) => {
			client.setQueryData(jobQuery(j.id).queryKey, j);
			setJob(j.id);
			setAsking(false);
		},
	});
	return (
		<Part title={say(m.copyTitle)} about={say(m.copyAbout)}>
			<Stack gap="sm">
				<Group>
					<Button disabled={!can} onClick={() => setAsking(true)}>
						{say(m.copy)}
					</Button>
				</Group>
				{job && <JobLine key={job} id={job} onHide={() => setJob(undefined)} />}
			</Stack>
			<Dialog opened={asking} onClose={() => setAsking(false)} title={say(m.copyTitle)}>
				<Sure
					about={
						<Text size="sm">
							{say(m.copySure, { moment: at ? say.moment(at) : say(m.newest).toLowerCase() })}
						</Text>
					}
					action={say(m.copy)}
					keep={say(m.copyKeep)}
					danger={false}
					failed={say(m.notStarted)}
					error={start.error}
					pending={start.isPending}
					onDo={() => start.mutate()}
					onKeep={() => setAsking(false)}
				/>
			</Dialog>
		</Part>
	);
}
