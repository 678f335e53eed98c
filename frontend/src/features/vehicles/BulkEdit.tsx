import {
	Autocomplete,
	Button,
	Checkbox,
	Group,
	List,
	Modal,
	NativeSelect,
	Progress,
	SimpleGrid,
	Stack,
	Text,
	TextInput,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { toast } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { jobQuery } from "../../lib/jobs";
import { organisationQuery } from "../../lib/people";
import { usePreferences, useRefresh } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { stageName, stages } from "../../lib/stages";
import { type BulkAnswer, type Change, changeMany } from "./api";
import { m } from "./messages";

type Of = { ids: string[] } | { query: string };

/** One change of many vehicles, taken back by one undo; over 200 of them it is a job. */
export function BulkEdit(props: { of: Of; count: number; opened: boolean; onClose: () => void }) {
	const say = useSay();
	return (
		<Modal
			opened={props.opened}
			onClose={props.onClose}
			title={say(m.editTitle, { n: props.count })}
			size="lg"
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			<Form of={props.of} onDone={props.onClose} />
		</Modal>
	);
}

const empty = {
	stage: "",
	on: "",
	location: "",
	noLocation: false,
	asking: "",
	noAsking: false,
	addTags: "",
	removeTags: "",
	field: "",
	value: "",
};
type Typed = typeof empty;

const listed = (text: string) =>
	text
		.split(",")
		.map((t) => t.trim())
		.filter((t) => t !== "");

/** What is sent; undefined where an amount can't be read. */
function changeOf(t: Typed, currency: string, say: Say): Change | undefined {
	const asking = t.asking.trim() === "" ? undefined : say.amount(t.asking, currency);
	if (t.asking.trim() !== "" && !asking) return undefined;
	const some = (all: string[]) => (all.length > 0 ? all : undefined);
	return {
		// The select offers the stages that the server knows, and nothing else.
		stage: (t.stage || undefined) as Change["stage"],
		on: t.stage !== "" && t.on !== "" ? t.on : undefined,
		location: t.noLocation ? "" : t.location.trim() || undefined,
		asking: t.noAsking ? undefined : asking,
		noAsking: t.noAsking || undefined,
		addTags: some(listed(t.addTags)),
		removeTags: some(listed(t.removeTags)),
		fields: t.field.trim() === "" ? undefined : { [t.field.trim()]: t.value },
	};
}

function Form({ of, onDone }: { of: Of; onDone: () => void }) {
	const say = useSay();
	const { currency } = usePreferences();
	const refresh = useRefresh();
	const places = useQuery(organisationQuery).data;
	const [t, setTyped] = useState(empty);
	const [wrong, setWrong] = useState("");
	const [refused, setRefused] = useState<string[]>([]);
	const ended = async (got: BulkAnswer) => {
		await refresh();
		const words = [say(m.changed, { n: got.changed }), got.missing > 0 && say(m.missing, { n: got.missing })];
		toast(say, words.filter(Boolean).join(" "), [got.batch ?? ""], refresh);
		if (got.refused.length > 0) setRefused(got.refused);
		else onDone();
	};
	const send = useMutation({
		mutationFn: (change: Change) => changeMany(of, change),
		onSuccess: ({ value }) => (value.job ? undefined : ended(value)),
	});
	const started = send.data?.value.job?.id ?? "";
	const job = useQuery(jobQuery(started)).data;
	const state = job?.state;
	// biome-ignore lint/correctness/useExhaustiveDependencies: once, when the job ends
	useEffect(() => {
		if (job?.ended && job.state === "done") void ended(job.result as BulkAnswer);
		else if (job?.ended) void refresh();
	}, [job?.id, state]);
	const busy = send.isPending || (started !== "" && !job?.ended);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		const change = changeOf(t, currency, say);
		const says = change && Object.values(change).some((x) => x !== undefined);
		setWrong(change ? (says ? "" : say(m.sayWhat)) : say(m.writeAmount, { example: say.number(14_700) }));
		if (change && says) send.mutate(change);
	};
	const failure = send.error instanceof Failure ? send.error : undefined;
	const text = (k: Exclude<keyof Typed, "noLocation" | "noAsking">, pointer?: string) => ({
		value: t[k],
		disabled: busy,
		error: pointer && failure?.field(pointer),
		onChange: (e: { currentTarget: { value: string } }) => {
			const { value } = e.currentTarget;
			setTyped((old) => ({ ...old, [k]: value }));
		},
	});
	const check = (k: "noLocation" | "noAsking") => ({
		label: say(m.takeAway),
		checked: t[k],
		disabled: busy,
		size: "xs",
		mt: 6,
		onChange: (e: { currentTarget: { checked: boolean } }) => {
			const { checked } = e.currentTarget;
			setTyped((old) => ({ ...old, [k]: checked }));
		},
	});
	if (refused.length > 0)
		return (
			<Stack gap="sm">
				<Text size="sm">{say(m.refused)}</Text>
				<List size="sm">
					{refused.map((r) => (
						<List.Item key={r}>{r}</List.Item>
					))}
				</List>
				<Group justify="flex-end">
					<Button onClick={onDone}>{say(m.close)}</Button>
				</Group>
			</Stack>
		);
	return (
		<form onSubmit={submit} aria-label={say(m.edit)}>
			<Stack gap="md">
				<Text size="sm" c="dimmed">
					{say(m.editAbout)}
				</Text>
				<SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
					<NativeSelect
						label={say(m.stage)}
						{...text("stage")}
						data={[
							{ value: "", label: say(m.leave) },
							...stages.map((value) => ({ value, label: stageName(value, say) })),
						]}
						data-autofocus
					/>
					<TextInput
						label={say(m.day)}
						type="date"
						description={say(m.dayHint)}
						inputWrapperOrder={["label", "input", "description", "error"]}
						{...text("on", `/reached/${t.stage}`)}
						disabled={busy || t.stage === ""}
					/>
					<div>
						<Autocomplete
							label={say(m.location)}
							data={[...new Set(places?.locations.map((l) => l.name))]}
							value={t.location}
							disabled={busy || t.noLocation}
							error={failure?.field("/location")}
							onChange={(location) => setTyped((old) => ({ ...old, location }))}
						/>
						<Checkbox {...check("noLocation")} />
					</div>
					<div>
						<TextInput
							label={say(m.asking, { currency })}
							inputMode="decimal"
							{...text("asking", "/asking")}
							disabled={busy || t.noAsking}
						/>
						<Checkbox {...check("noAsking")} />
					</div>
					<TextInput label={say(m.addTags)} placeholder={say(m.tagsHint)} {...text("addTags", "/tags")} />
					<TextInput label={say(m.removeTags)} placeholder={say(m.tagsHint)} {...text("removeTags")} />
					<TextInput label={say(m.ownField)} maxLength={60} {...text("field", "/fields")} />
					<TextInput
						label={say(m.ownValue)}
						placeholder={say(m.ownValueHint)}
						maxLength={1000}
						{...text("value")}
						disabled={busy || t.field.trim() === ""}
					/>
				</SimpleGrid>
				{wrong !== "" && (
					<Text size="sm" c="red" role="alert">
						{wrong}
					</Text>
				)}
				{send.error && <FailureNote error={send.error} title={say(m.editFailed)} />}
				{job && !job.ended && (
					<div>
						<Text size="sm" mb={4} role="status">
							{say(m.working, { done: job.done, total: job.total })}
						</Text>
						<Progress
							value={job.total > 0 ? (100 * job.done) / job.total : 0}
							animated
							aria-label={say(m.edit)}
						/>
					</div>
				)}
				{job?.ended && job.state !== "done" && (
					<FailureNote
						error={new Error(job.problem || say(m.stopped, { n: job.rows ?? 0 }))}
						title={say(m.editFailed)}
					/>
				)}
				<Group justify="flex-end" gap="sm">
					<Button variant="default" onClick={onDone}>
						{say(busy ? m.close : m.cancel)}
					</Button>
					<Button type="submit" loading={busy}>
						{say(m.apply)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
