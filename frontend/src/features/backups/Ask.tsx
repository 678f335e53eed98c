import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { type Backup, backupsQuery, resumeBackup } from "./api";
import classes from "./backups.module.css";
import { m } from "./messages";

/** After a restore: which store holds from now on. A copy never takes a backup over by itself. */
export function Ask({ of: b, owns }: { of: Backup; owns: boolean }) {
	const say = useSay();
	const client = useQueryClient();
	const answer = useMutation({
		mutationFn: (anew: boolean) => resumeBackup(b.id, anew),
		onSettled: () => client.invalidateQueries({ queryKey: backupsQuery.queryKey }),
	});
	const ways = [
		{ anew: false, label: m.askGoOn, about: m.askGoOnAbout },
		{ anew: true, label: m.askAnew, about: m.askAnewAbout },
	];
	return (
		<Alert color="orange" icon={<IconHelpCircle aria-hidden />} title={say(m.askTitle)} role="status">
			<Stack gap="sm">
				<Text size="sm">{say(m.askAbout, { name: b.name })}</Text>
				{owns && (
					<div className={classes.ask}>
						{ways.map((w) => (
							<div key={String(w.anew)} className={classes.way}>
								<Text size="sm">{say(w.about)}</Text>
								<Button
									size="compact-sm"
									variant="default"
									loading={answer.isPending && answer.variables === w.anew}
									disabled={answer.isPending}
									onClick={() => answer.mutate(w.anew)}
								>
									{say(w.label)}
								</Button>
							</div>
						))}
					</div>
				)}
				{answer.error && <FailureNote error={answer.error} title={say(m.notAnswered)} />}
			</Stack>
		</Alert>
	);
}
