import { ActionIcon, Button, Card, Group, Modal, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useWrite } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { addNote, removeNote, type Vehicle } from "./api";
import { KindChip } from "./KindChip";
import { invoice, overview as m, m as page, records } from "./messages";
import { RecordForm } from "./RecordForm";

export function Notes({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const may = { write: useMay("vehicles.write"), record: useMay("records.write") };
	const [text, setText] = useState("");
	const [service, setService] = useState<string>();
	const add = useWrite({
		write: () => addNote(v.id, text),
		said: () => say(m.noteAdded),
		onDone: () => setText(""),
	});
	const remove = useWrite({
		write: (id: string) => removeNote(v.id, id),
		said: () => say(m.noteRemoved),
	});
	const error = add.error ?? remove.error;
	return (
		<Card
			withBorder
			component="section"
			aria-label={say(m.notes)}
			className={v.notes.length === 0 ? "no-print" : undefined}
		>
			<Title order={2} size="h5" mb="xs">
				{say(m.notes)}
			</Title>
			<Stack gap="xs">
				{v.notes.map((n) => (
					<Group key={n.id} wrap="nowrap" align="flex-start" justify="space-between">
						<div>
							<Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
								{n.text}
							</Text>
							<Text size="xs" c="dimmed">
								{say.day(n.at)}
							</Text>
						</div>
						{may.write && (
							<ActionIcon
								className="no-print"
								variant="subtle"
								color="gray"
								onClick={() => remove.mutate(n.id)}
								aria-label={say(m.removeNote, { day: say.day(n.at) })}
							>
								<IconX size={16} aria-hidden />
							</ActionIcon>
						)}
					</Group>
				))}
				{!may.write && v.notes.length === 0 && (
					<Text size="sm" c="dimmed">
						{say(m.noNotes)}
					</Text>
				)}
				{may.write && (
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
							aria-label={say(m.newNote)}
							placeholder={say(m.noteHint)}
							autosize
							minRows={1}
							maxRows={8}
							maxLength={10_000}
						/>
						{text.trim() !== "" && (
							<Group mt="xs" gap="xs">
								<Button type="submit" size="compact-md" loading={add.isPending}>
									{say(m.addNote)}
								</Button>
								{may.record && (
									<KindChip text={text} taken={[]} words={invoice.asService} onTake={setService} />
								)}
							</Group>
						)}
					</form>
				)}
				{error && <FailureNote error={error} title={say(m.noteFailed)} />}
			</Stack>
			<Modal
				opened={service !== undefined}
				onClose={() => setService(undefined)}
				title={say(records.service)}
				closeButtonProps={{ "aria-label": say(page.close) }}
			>
				{service && (
					<RecordForm
						kind="service"
						vehicle={v}
						begin={{
							items: [{ key: 0, kind: service, text: "", cost: "", currency: "" }],
							note: text.trim().slice(0, 2_000),
						}}
						onDone={() => setService(undefined)}
						onSaved={() => setText("")}
					/>
				)}
			</Modal>
		</Card>
	);
}
