import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import type { Session } from "../../lib/session";
import { AppSetUp } from "./AppSetUp";
import { type Me, removeApp, useChange } from "./api";
import { Codes } from "./Codes";
import { m } from "./messages";
import { Part, Row } from "./Part";
import { Passkeys } from "./Passkeys";

export function SecondFactor({ me, session }: { me: Me; session: Session }) {
	const say = useSay();
	const [open, setOpen] = useState(false);
	const remove = useChange(removeApp, () => notifications.show({ message: say(m.appRemoved) }));
	const rule = { off: m.secondOff, optional: m.secondAbout, required: m.secondRequired }[me.mfa];
	const has = me.totp || me.passkeys.length > 0;
	return (
		<Part title={say(m.second)} about={say(rule)}>
			<Row
				title={say(m.app)}
				about={me.totpSet ? say(m.appOn, { day: say.moment(me.totpSet) }) : say(m.appOff)}
			>
				{me.totp ? (
					<Button variant="default" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
						{say(m.appRemove)}
					</Button>
				) : (
					me.mfa !== "off" && (
						<Button variant={has ? "default" : "filled"} onClick={() => setOpen(true)}>
							{say(m.appSetUp)}
						</Button>
					)
				)}
			</Row>
			{remove.error && <FailureNote error={remove.error} title={say(m.notRemoved)} />}
			<Passkeys me={me} session={session} />
			<Codes me={me} organisation={session.organisation} has={has} />
			<Dialog opened={open} onClose={() => setOpen(false)} title={say(m.appTitle)}>
				<AppSetUp onDone={() => setOpen(false)} />
			</Dialog>
		</Part>
	);
}
