import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { signOut } from "../../lib/session";
import { type Me, setName, useChange } from "./api";
import { m, reachWords } from "./messages";
import { Part } from "./Part";

export function You({ me, organisation }: { me: Me; organisation: string }) {
	const say = useSay();
	const client = useQueryClient();
	const [name, type] = useState(me.name);
	const save = useChange(setName, () => notifications.show({ message: say(m.saved) }));
	const out = useMutation({ mutationFn: () => signOut(client) });
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate(name.trim());
	};
	const places = say.list(me.reach.places ?? []);
	return (
		<Part title={say(m.you)}>
			<Stack gap="sm" mt="sm">
				<Text size="sm">
					<b>{me.login}</b> · {say(reachWords[me.reach.kind], { role: me.roleName, places })} · {organisation}
				</Text>
				<form onSubmit={submit}>
					<Group align="flex-end" gap="sm">
						<TextInput
							label={say(m.name)}
							value={name}
							onChange={(e) => type(e.currentTarget.value)}
							autoComplete="name"
							maxLength={100}
							flex="1 1 220px"
							maw={360}
						/>
						<Button
							type="submit"
							variant="default"
							disabled={name.trim() === "" || name.trim() === me.name}
							loading={save.isPending}
						>
							{say(m.save)}
						</Button>
					</Group>
				</form>
				{save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
				<Group>
					<Button variant="default" loading={out.isPending} onClick={() => out.mutate()}>
						{say(m.signOut)}
					</Button>
				</Group>
			</Stack>
		</Part>
	);
}
