import { Checkbox, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Sure } from "../../components/access/Dialog";
import { offer } from "../../hooks/useWrite";
import { type User, usersQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { resetUser } from "./api";
import { Invited } from "./Invite";
import { users as m, m as page } from "./messages";

/** Takes away what somebody proves themselves with, so that they can begin anew. */
export function ResetForm({ of: u, onDone }: { of: User; onDone: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const [what, setWhat] = useState({ password: true, second: false });
	const reset = useMutation({
		mutationFn: () => resetUser(u.id, what),
		onSuccess: (got) => {
			if (got.link) return;
			offer(say, say(m.wasReset, { name: u.name }));
			onDone();
		},
		onSettled: () => client.invalidateQueries({ queryKey: usersQuery.queryKey }),
	});
	if (reset.data?.link) return <Invited link={reset.data.link} onDone={onDone} />;
	return (
		<Sure
			about={
				<Stack gap="sm">
					<Text size="sm">{say(m.resetAbout)}</Text>
					<Checkbox
						label={say(m.resetPassword)}
						description={say(m.resetPasswordAbout)}
						checked={what.password}
						onChange={(e) => setWhat({ ...what, password: e.currentTarget.checked })}
					/>
					<Checkbox
						label={say(m.resetSecond)}
						description={say(m.resetSecondAbout)}
						checked={what.second}
						onChange={(e) => setWhat({ ...what, second: e.currentTarget.checked })}
					/>
				</Stack>
			}
			action={say(m.resetNow)}
			keep={say(page.cancel)}
			failed={say(m.resetFailed)}
			error={reset.error}
			pending={reset.isPending}
			onDo={() => (what.password || what.second) && reset.mutate()}
			onKeep={onDone}
		/>
	);
}
