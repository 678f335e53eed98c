import { Button, Group, NumberInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Part } from "../../components/access/Part";
import { FailureNote } from "../../components/FailureNote";
import { useOrganisation } from "../../hooks/useOrganisation";
import { Failure } from "../../lib/api";
import type { Organisation } from "../../lib/people";
import { type Say, useSay } from "../../lib/say";
import { m } from "./messages";

/** Minutes as people say them: "45 minutes", "12 hours", "14 days". */
export function lasting(minutes: number, say: Say): string {
	if (minutes % 1440 === 0) return say(m.nDays, { n: minutes / 1440 });
	return minutes % 60 === 0 ? say(m.nHours, { n: minutes / 60 }) : say(m.nMinutes, { n: minutes });
}

/** How long a sign-in holds. */
export function SessionRules({ of: o }: { of: Organisation }) {
	const say = useSay();
	const [idle, setIdle] = useState<number | string>(o.sessions.idleMinutes);
	const [absolute, setAbsolute] = useState<number | string>(o.sessions.absoluteHours);
	const save = useOrganisation();
	const failure = save.error instanceof Failure ? save.error : undefined;
	const next = { idleMinutes: Number(idle), absoluteHours: Number(absolute) };
	const same = next.idleMinutes === o.sessions.idleMinutes && next.absoluteHours === o.sessions.absoluteHours;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate({
			change: (old) => ({ ...old, sessions: next }),
			said: say(m.sessionsSaved, {
				idle: lasting(next.idleMinutes, say),
				absolute: lasting(next.absoluteHours * 60, say),
			}),
		});
	};
	return (
		<Part title={say(m.sessions)} about={say(m.sessionsAbout)}>
			<form onSubmit={submit}>
				<Group align="flex-start" gap="md" mt="xs">
					<NumberInput
						label={say(m.idle)}
						description={say(m.idleAbout)}
						suffix={` ${say(m.minutes)}`}
						value={idle}
						onChange={setIdle}
						min={5}
						max={43_200}
						allowDecimal={false}
						hideControls
						error={failure?.field("/sessions")}
						style={{ flex: "1 1 220px" }}
					/>
					<NumberInput
						label={say(m.absolute)}
						description={say(m.absoluteAbout)}
						suffix={` ${say(m.hours)}`}
						value={absolute}
						onChange={setAbsolute}
						min={1}
						max={2_160}
						allowDecimal={false}
						hideControls
						style={{ flex: "1 1 220px" }}
					/>
				</Group>
				{save.error && !failure?.field("/sessions") && (
					<FailureNote error={save.error} title={say(m.notSaved)} />
				)}
				<Group mt="sm">
					<Button type="submit" variant="default" disabled={same} loading={save.isPending}>
						{say(m.save)}
					</Button>
				</Group>
			</form>
		</Part>
	);
}
