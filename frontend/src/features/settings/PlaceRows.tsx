import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Message } from "../../lib/catalogue";
import { useSay } from "../../lib/say";
import { m } from "./messages";
import { SettingRow } from "./SettingRow";

type To = "/people" | "/keys" | "/audit" | "/network" | "/security" | "/backups";

/** What has a page of its own is found among the settings too. */
const row =
	(id: string, title: Message, about: Message, to: To) =>
	({ here }: { here: boolean }) => {
		const say = useSay();
		return (
			<SettingRow
				id={id}
				title={say(title)}
				about={say(about)}
				here={here}
				control={
					<Button component={Link} to={to} variant="default" aria-label={say(m.openIt, { what: say(title) })}>
						{say(m.open)}
					</Button>
				}
			/>
		);
	};

const place = <N extends string>(id: string, needs: N, title: Message, about: Message, to: To) => ({
	id,
	needs,
	section: "access" as const,
	title,
	about,
	Row: row(id, title, about, to),
});

export const placeRows = [
	place("people", "users.manage", m.people, m.peopleAbout, "/people"),
	place("security", "organisation.manage", m.security, m.securityAbout, "/security"),
	place("keys", "keys.manage", m.keys, m.keysAbout, "/keys"),
	place("network", "hub.manage", m.network, m.networkAbout, "/network"),
	place("backups", "hub.manage", m.backups, m.backupsAbout, "/backups"),
	place("audit", "audit.read", m.audit, m.auditAbout, "/audit"),
] as const;
