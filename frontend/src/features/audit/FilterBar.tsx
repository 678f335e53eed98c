import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { usersQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import type { Entry, Filters } from "./api";
import classes from "./audit.module.css";
import { eventText, m } from "./messages";
import { actorKey, actorName } from "./words";

/** What narrows the trail; all of it stands in the address. */
export function FilterBar(props: {
	of: Filters;
	/** The entries that are shown: who did them can be chosen. */
	seen: Entry[];
	onChange: (part: Partial<Filters>) => unknown;
	onClear: () => unknown;
}) {
	const say = useSay();
	const { of: f } = props;
	const users = useQuery({ ...usersQuery, enabled: useMay("users.manage") }).data ?? [];
	const people = new Map<string, string>([
		["local", say(m.thisComputer)],
		["system", say(m.hub)],
		...props.seen.filter((e) => e.actor.id).map((e) => [actorKey(e), actorName(e, say)] as const),
		...users.map((u) => [u.id, u.name] as const),
	]);
	if (f.actor && !people.has(f.actor)) people.set(f.actor, f.actor);
	const field = (k: keyof Filters) => ({
		value: f[k] ?? "",
		onChange: (e: { currentTarget: { value: string } }) =>
			props.onChange({ [k]: e.currentTarget.value || undefined }),
		autoComplete: "off",
	});
	const subject = props.seen.find((e) => e.subject.id === f.subject)?.subject.name ?? f.subject;
	return (
		<search aria-label={say(m.filters)} className={classes.filters}>
			<NativeSelect
				label={say(m.event)}
				{...field("event")}
				data={[
					{ value: "", label: say(m.anyEvent) },
					...Object.entries(eventText).map(([value, text]) => ({ value, label: say(text) })),
				]}
			/>
			<NativeSelect
				label={say(m.person)}
				{...field("actor")}
				data={[
					{ value: "", label: say(m.anybody) },
					...[...people].map(([value, label]) => ({ value, label })),
				]}
			/>
			<TextInput label={say(m.text)} placeholder={say(m.textHint)} {...field("text")} type="search" />
			<TextInput label={say(m.address)} placeholder={say(m.addressHint)} {...field("from")} />
			<TextInput label={say(m.since)} {...field("since")} type="date" />
			<TextInput label={say(m.until)} {...field("until")} type="date" />
			{f.subject && (
				<Button
					variant="light"
					rightSection={<IconX size={14} aria-hidden />}
					onClick={() => props.onChange({ subject: undefined })}
					title={say(m.subjectOff)}
				>
					{say(m.subject, { what: subject })}
				</Button>
			)}
			{Object.values(f).some(Boolean) && (
				<Button variant="subtle" onClick={() => props.onClear()}>
					{say(m.clear)}
				</Button>
			)}
		</search>
	);
}
