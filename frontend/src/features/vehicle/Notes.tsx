import { ActionIcon, Button, Card, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { day } from "../../lib/format";
import { useRefresh } from "../../lib/queries";
import { addNote, removeNote, type Vehicle } from "./api";

export function Notes({ vehicle: v }: { vehicle: Vehicle }) {
	const [text, setText] = useState("");
	const refresh = useRefresh();
	const add = useMutation({
		mutationFn: () => addNote(v.id, text),
		onSuccess: async () => {
			setText("");
			await refresh();
		},
	});
	const remove = useMutation({ mutationFn: (id: string) => removeNote(v.id, id), onSuccess: refresh });
	return (
		<Card withBorder component="section" aria-label="Notes">
			<Title order={2} size="h5" mb="xs">
				Notes
			</Title>
			<Stack gap="xs">
				{v.notes.map((n) => (
					<Group key={n.id} wrap="nowrap" align="flex-start" justify="space-between">
						<div>
							<Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
								{n.text}
							</Text>
							<Text size="xs" c="dimmed">
								{day(n.at)}
							</Text>
						</div>
						<ActionIcon
							variant="subtle"
							color="gray"
							onClick={() => remove.mutate(n.id)}
							aria-label={`Remove the note of ${day(n.at)}`}
						>
							<IconX size={16} aria-hidden />
						</ActionIcon>
					</Group>
				))}
				<form
					onSubmit={(e) => {
						e.preventDefault();
						add.mutate();
					}}
				>
					<Textarea
						value={text}
						onChange={(e) => setText(e.currentTarget.value)}
						aria-label="New note"
						placeholder="Write a note"
						autosize
						minRows={1}
						maxRows={8}
						maxLength={10_000}
					/>
					{text.trim() !== "" && (
						<Button type="submit" size="compact-md" mt="xs" loading={add.isPending}>
							Add note
						</Button>
					)}
				</form>
				{(add.error ?? remove.error) && <FailureNote error={(add.error ?? remove.error) as Error} />}
			</Stack>
		</Card>
	);
}
