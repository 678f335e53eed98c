import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ChooseFile } from "../../components/ChooseFile";
import { FailureNote } from "../../components/FailureNote";
import { useShowFault } from "../../hooks/useShowFault";
import { offer } from "../../hooks/useWrite";
import { rolesQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { importRoles } from "./api";
import { roles as m, m as page } from "./messages";

/** No file of roles that the hub takes is larger. */
const maxBytes = 256 * 1024;

/** Brings in roles that another hub exported. */
export function ImportRoles({ onDone }: { onDone: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const [yaml, setYaml] = useState("");
	const [wrong, setWrong] = useState("");
	const bring = useMutation({
		mutationFn: () => importRoles(yaml),
		onSuccess: async (list) => {
			await client.invalidateQueries({ queryKey: rolesQuery.queryKey });
			offer(say, say(m.imported, { n: list.length }));
			onDone();
		},
	});
	const take = async (file: File) => {
		bring.reset();
		if (file.size > maxBytes) return setWrong(say(m.tooBig));
		setWrong("");
		setYaml(await file.text());
	};
	const form = useShowFault(bring.error);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		bring.mutate();
	};
	return (
		<form ref={form} onSubmit={submit}>
			<Stack gap="md">
				<Text size="sm">{say(m.importAbout)}</Text>
				<Group>
					<ChooseFile accept=".yaml,.yml,application/yaml" onFile={(f) => void take(f)}>
						{({ onClick }) => (
							<Button variant="default" onClick={onClick} data-autofocus>
								{say(m.choose)}
							</Button>
						)}
					</ChooseFile>
				</Group>
				<Textarea
					label={say(m.yaml)}
					value={yaml}
					onChange={(e) => setYaml(e.currentTarget.value)}
					autosize
					minRows={6}
					maxRows={16}
					spellCheck={false}
					error={wrong}
					styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
				/>
				{bring.error && <FailureNote error={bring.error} title={say(m.notImported)} />}
				<Group justify="flex-end">
					<Button variant="default" onClick={onDone}>
						{say(page.cancel)}
					</Button>
					<Button type="submit" disabled={yaml.trim() === ""} loading={bring.isPending}>
						{say(m.importNow)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
