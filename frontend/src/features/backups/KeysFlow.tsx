import { Button, Group, Modal, PasswordInput, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { jobQuery } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { type Backup, backupsQuery, initBackup, joinBackup, type Sheet, tryBackup, work } from "./api";
import { keysText as k, m } from "./messages";
import { PassphraseForm } from "./Passphrase";
import { SheetView, Words } from "./Recovery";
import { TestSteps } from "./TestSteps";

type Step = "look" | "sheet" | "words" | "done";

/** Gives a place its keys: a new backup with passphrase and recovery sheet, or one that is there already. */
export function KeysFlow(props: {
	of: Backup;
	opened: boolean;
	onClose: () => void;
	onJob: (id: string) => void;
}) {
	const say = useSay();
	const [step, setStep] = useState<Step>("look");
	const close = () => {
		setStep("look");
		props.onClose();
	};
	const titles = { look: k.setUpTitle, sheet: k.sheetTitle, words: k.confirmTitle, done: k.doneTitle };
	// What is shown once is not lost to a slip of the finger.
	const held = step === "sheet" || step === "words";
	return (
		<Modal
			opened={props.opened}
			onClose={close}
			title={say(titles[step], { name: props.of.name })}
			size="lg"
			closeOnClickOutside={!held}
			closeOnEscape={!held}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			{props.opened && <Keys {...props} step={step} onStep={setStep} onClose={close} />}
		</Modal>
	);
}

/** The steps themselves, also as the end of adding a place. */
export function Keys(props: {
	of: Backup;
	step: Step;
	onStep: (s: Step) => void;
	onClose: () => void;
	onJob: (id: string) => void;
}) {
	const say = useSay();
	const client = useQueryClient();
	const { of: b, step, onStep } = props;
	const [sheet, setSheet] = useState<Sheet>();
	const test = useMutation({
		mutationFn: () => work.test(b.id),
		onSuccess: (j) => {
			client.setQueryData(jobQuery(j.id).queryKey, j);
			props.onJob(j.id);
			props.onClose();
		},
	});
	if (step === "sheet" && sheet) return <SheetView of={b} sheet={sheet} onHave={() => onStep("words")} />;
	if (step === "words" && sheet)
		return (
			<Words
				id={b.id}
				ask={sheet.ask}
				onDone={() => onStep("done")}
				onCancel={props.onClose}
				onBack={() => onStep("sheet")}
			/>
		);
	if (step === "done")
		return (
			<Stack gap="md">
				<Text size="sm">{say(k.doneAbout)}</Text>
				{test.error && <FailureNote error={test.error} title={say(m.notStarted)} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={props.onClose}>
						{say(k.done)}
					</Button>
					<Button loading={test.isPending} onClick={() => test.mutate()}>
						{say(k.doneTest)}
					</Button>
				</Group>
			</Stack>
		);
	return (
		<Look
			of={b}
			onCancel={props.onClose}
			onSheet={(s) => {
				setSheet(s);
				onStep("sheet");
			}}
		/>
	);
}

/** Whether there is a backup already decides what is asked for. */
function Look(props: { of: Backup; onSheet: (s: Sheet) => void; onCancel: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const { of: b } = props;
	const look = useQuery({
		queryKey: ["backupLook", b.id],
		queryFn: () => tryBackup(b.id),
		gcTime: 0,
		refetchOnWindowFocus: false,
	});
	const again = () => client.invalidateQueries({ queryKey: backupsQuery.queryKey });
	const init = useMutation({
		mutationFn: (passphrase: string) => initBackup(b.id, passphrase),
		onSuccess: props.onSheet,
		onSettled: again,
	});
	if (look.error)
		return <FailureNote error={look.error} title={say(k.lookFailed)} onRetry={() => look.refetch()} />;
	if (!look.data) return <Skeleton height={180} aria-label={say(k.looking)} />;
	const broken = look.data.steps.some((s) => !s.ok && (s.name === "reach" || s.name === "write"));
	if (broken)
		return (
			<Stack gap="sm">
				<TestSteps of={look.data} />
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={props.onCancel}>
						{say(m.cancel)}
					</Button>
					<Button onClick={() => look.refetch()} loading={look.isFetching}>
						{say(k.lookAgain)}
					</Button>
				</Group>
			</Stack>
		);
	if (look.data.exists) return <Join of={b} onDone={props.onCancel} />;
	return (
		<Stack gap="xs">
			<Title order={3} size="h5">
				{say(k.passTitle)}
			</Title>
			<PassphraseForm
				about={say(k.passAbout)}
				action={say(k.begin)}
				failed={say(k.notBegun)}
				error={init.error}
				pending={init.isPending}
				onDo={(p) => init.mutate(p)}
				onCancel={props.onCancel}
			/>
		</Stack>
	);
}

/** Opens a backup that other hubs write into already, or that this one wrote before. */
function Join({ of: b, onDone }: { of: Backup; onDone: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const [secret, setSecret] = useState("");
	const join = useMutation({
		mutationFn: () => joinBackup(b.id, secret.trim()),
		onSuccess: () => {
			offer(say, say(k.joined, { name: b.name }));
			onDone();
		},
		onSettled: () => client.invalidateQueries({ queryKey: backupsQuery.queryKey }),
	});
	const submit = (e: FormEvent) => {
		e.preventDefault();
		join.mutate();
	};
	return (
		<form onSubmit={submit} autoComplete="off">
			<Stack gap="sm">
				<Title order={3} size="h5">
					{say(k.joinTitle)}
				</Title>
				<Text size="sm">{say(k.joinAbout)}</Text>
				<PasswordInput
					label={say(k.secret)}
					value={secret}
					onChange={(e) => setSecret(e.currentTarget.value)}
					maxLength={1000}
					autoComplete="off"
					visibilityToggleButtonProps={{ "aria-label": say(k.show), tabIndex: 0 }}
					data-autofocus
					required
				/>
				{join.error && <FailureNote error={join.error} title={say(k.notJoined)} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={onDone}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={join.isPending}>
						{say(k.join)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
