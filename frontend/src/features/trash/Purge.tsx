import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useRefresh } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { purge, type Thrown } from "./api";
import { m } from "./messages";

/** The one step that can't be taken back: its name is typed first. */
export function Purge({ of, name, onClose }: { of: Thrown | undefined; name: string; onClose: () => void }) {
	const say = useSay();
	return (
		<Modal
			opened={of !== undefined}
			onClose={onClose}
			title={say(m.purgeTitle, { what: name })}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			{of && <Form of={of} name={name} onDone={onClose} />}
		</Modal>
	);
}

function Form({ of, name, onDone }: { of: Thrown; name: string; onDone: () => void }) {
	const say = useSay();
	const refresh = useRefresh();
	const [typed, setTyped] = useState("");
	const asked = of.vehicle?.title ?? of.vehicle?.vin ?? name;
	const same = typed.trim().toLowerCase() === asked.toLowerCase();
	const act = useMutation({
		mutationFn: () => purge(of),
		onSuccess: async () => {
			await refresh();
			notifications.show({ message: say(m.purged, { what: name }) });
			onDone();
		},
	});
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (same) act.mutate();
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="md">
				<Text size="sm">{say(m.purgeAbout)}</Text>
				<TextInput
					label={say.rich(m.purgeType, { name: <b>{asked}</b> })}
					value={typed}
					onChange={(e) => setTyped(e.currentTarget.value)}
					autoComplete="off"
					spellCheck={false}
					data-autofocus
				/>
				{act.error && <FailureNote error={act.error} title={say(m.notPurged)} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={onDone}>
						{say(m.keep)}
					</Button>
					<Button type="submit" color="red" disabled={!same} loading={act.isPending}>
						{say(m.purgeNow)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
