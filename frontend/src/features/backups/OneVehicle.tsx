import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Part } from "../../components/access/Part";
import { FailureNote } from "../../components/FailureNote";
import { type Job, jobQuery } from "../../lib/jobs";
import { useRefresh } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { undo } from "../../lib/undo";
import { type Backup, restoreVehicle } from "./api";
import { JobLine } from "./JobLine";
import { restoreText as m } from "./messages";

/** One vehicle as it was at a moment, over what is here now; it can be taken back. */
export function OneVehicle({ of: b, at, can }: { of: Backup; at: string | undefined; can: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	const [vin, setVIN] = useState("");
	const [job, setJob] = useState<string>();
	const start = useMutation({
		mutationFn: () => restoreVehicle(b.id, vin.trim(), at),
		onSuccess: (j) => {
			client.setQueryData(jobQuery(j.id).queryKey, j);
			setJob(j.id);
		},
	});
	const submit = (e: FormEvent) => {
		e.preventDefault();
		start.mutate();
	};
	return (
		<Part title={say(m.vehicleTitle)} about={say(m.vehicleAbout)}>
			<Stack gap="sm">
				<form onSubmit={submit} autoComplete="off">
					<Group align="flex-end" gap="sm">
						<TextInput
							label={say(m.vin)}
							placeholder={say(m.vinHint)}
							value={vin}
							onChange={(e) => setVIN(e.currentTarget.value)}
							maxLength={64}
							styles={{ input: { fontFamily: "var(--vin-font)" } }}
							spellCheck={false}
							autoCapitalize="characters"
							required
							flex="1 1 220px"
							maw={320}
						/>
						<Button type="submit" variant="default" disabled={!can} loading={start.isPending}>
							{say(m.bring)}
						</Button>
					</Group>
				</form>
				{start.error && <FailureNote error={start.error} title={say(m.notBrought)} />}
				{job && (
					<JobLine key={job} id={job} onHide={() => setJob(undefined)} done={(j) => <Brought of={j} />} />
				)}
			</Stack>
		</Part>
	);
}

interface Result {
	vehicle: string;
	batch: string;
	written: number;
	same: number;
	files_lost: number;
}

function Brought({ of: j }: { of: Job }) {
	const say = useSay();
	const refresh = useRefresh();
	const r = j.result as Result;
	const back = useMutation({ mutationFn: () => undo(r.batch), onSettled: refresh });
	if (back.isSuccess) return <Text size="sm">{say(m.undone)}</Text>;
	return (
		<Stack gap={6}>
			<Text size="sm">{say(m.brought, { written: r.written, same: r.same })}</Text>
			{r.files_lost > 0 && (
				<Text size="sm" c="var(--hub-warn)">
					{say(m.filesLost, { n: r.files_lost })}
				</Text>
			)}
			{back.error && <FailureNote error={back.error} title={say(m.notUndone)} />}
			<Group gap="xs">
				<Button
					size="compact-sm"
					variant="light"
					component={Link}
					to="/vehicles/$id"
					params={{ id: r.vehicle } as never}
				>
					{say(m.see)}
				</Button>
				{r.written > 0 && (
					<Button size="compact-sm" variant="default" loading={back.isPending} onClick={() => back.mutate()}>
						{say(m.undo)}
					</Button>
				)}
			</Group>
		</Stack>
	);
}
