import { ActionIcon, Button, Card, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useWrite } from "../../hooks/useWrite";
import { day } from "../../lib/format";
import { addNote, removeNote, type Vehicle } from "./api";

export function Notes({ vehicle: v }: { vehicle: Vehicle }) {
	const [text, setText] = useState("");
	const add = useWrite({
		write: () => addNote(v.id, text),
		said: () => "Note added.",
		onDone: () => setText(""),
	});
	const remove = useWrite({
		write: (id: string) => removeNote(v.id, id),
		said: () => "Note removed.",
	});
	const error = add.error ?? remove.error;
	return (
		<Card
			withBorder
			component="section"
			aria-label="Notes"
			className={v.notes.length === 0 ? "no-print" : undefined}
		>
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
							className="no-print"
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
					className="no-print"
					onSubmit={(e) => {
						e.preventDefault();
						if (text.trim() !== "") add.mutate(undefined);
					}}
				>
					<Textarea
						value={text}
						onChange={(e) => setText(e.currentTarget.value)}
						onKeyDown={(e) => {
							if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.currentTarget.form?.requestSubmit();
						}}
						aria-label="New note"
						placeholder="Write a note: what you saw, heard or agreed"
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
				{error && <FailureNote error={error} title="The note was not changed" />}
			</Stack>
		</Card>
	);
}
