import { Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../../components/access/Dialog";
import { FailureNote } from "../../../components/FailureNote";
import { FormButtons } from "../../../components/FormButtons";
import { useWrite } from "../../../hooks/useWrite";
import { useSay } from "../../../lib/say";
import { type Attachment, editAttachment } from "./api";
import { calledOf } from "./files";
import { m } from "./messages";

/** Gives a photo or paper a title of its own. */
export function RenameDialog({ of: a, onClose }: { of: Attachment | undefined; onClose: () => void }) {
	const say = useSay();
	return (
		<Dialog opened={a !== undefined} onClose={onClose} title={say(m.rename)}>
			{a && <Form of={a} onClose={onClose} />}
		</Dialog>
	);
}

function Form({ of: a, onClose }: { of: Attachment; onClose: () => void }) {
	const say = useSay();
	const [title, setTitle] = useState(a.title ?? "");
	const save = useWrite({
		write: () => editAttachment(a, { title }),
		said: (now) => say(m.renamed, { name: calledOf(now) }),
		onDone: onClose,
	});
	const submit = (e: FormEvent) => {
		e.preventDefault();
		save.mutate(undefined);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="sm">
				<TextInput
					label={say(m.title)}
					description={say(m.titleAbout, { name: a.name })}
					value={title}
					onChange={(e) => setTitle(e.currentTarget.value)}
					maxLength={200}
					data-autofocus
				/>
				{save.error && <FailureNote error={save.error} title={say(m.notDone)} />}
				<FormButtons saving={save.isPending} onCancel={onClose} />
			</Stack>
		</form>
	);
}
