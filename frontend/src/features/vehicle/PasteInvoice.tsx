import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { readInvoice, type Vehicle } from "./api";
import { InvoiceForm } from "./InvoiceForm";
import { saysAnything } from "./invoice";
import { invoice as m } from "./messages";

const mostLetters = 60_000;

/** Takes the text of an invoice and has it read; what is read is a draft that a person saves. */
export function PasteInvoice(props: { vehicle: Vehicle; onDone: () => void; onByHand: () => void }) {
	const say = useSay();
	const [text, setText] = useState("");
	const [wrong, setWrong] = useState(false);
	const read = useMutation({ mutationFn: readInvoice });
	const sheet = read.data;
	if (sheet && saysAnything(sheet))
		return (
			<InvoiceForm
				vehicle={props.vehicle}
				text={text}
				sheet={sheet}
				onAgain={() => read.reset()}
				onDone={props.onDone}
			/>
		);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		setWrong(text.trim() === "");
		if (text.trim() !== "") read.mutate(text);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="sm">
				<Text size="sm">{say(m.about)}</Text>
				<Textarea
					label={say(m.text)}
					placeholder={say(m.hint)}
					value={text}
					onChange={(e) => {
						setText(e.currentTarget.value);
						setWrong(false);
						if (sheet) read.reset();
					}}
					onKeyDown={(e) => {
						if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.currentTarget.form?.requestSubmit();
					}}
					error={wrong && say(m.empty)}
					autosize
					minRows={8}
					maxRows={18}
					maxLength={mostLetters}
					spellCheck={false}
					data-autofocus
				/>
				{sheet && (
					<Alert color="yellow" role="alert">
						<Text size="sm">{say(m.nothing)}</Text>
						<Button mt="xs" size="compact-sm" variant="default" onClick={props.onByHand}>
							{say(m.byHand)}
						</Button>
					</Alert>
				)}
				{read.error && <FailureNote error={read.error} title={say(m.failed)} />}
				<Group justify="flex-end">
					<Button type="submit" loading={read.isPending}>
						{say(m.read)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
