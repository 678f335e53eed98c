import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconPrinter } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { createPortal } from "react-dom";
import { Dialog, Sure } from "../../components/access/Dialog";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { offer } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { printPage } from "../../lib/print";
import { useSay } from "../../lib/say";
import { useSession } from "../../lib/session";
import { type Backup, backupsQuery, confirmBackup, renewRecovery, type Sheet } from "./api";
import classes from "./backups.module.css";
import { restoreFrom } from "./command";
import { keysText as k, m } from "./messages";

const picture = (svg: string) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/** The recovery key, shown once: on the screen, on paper, as a file. */
export function SheetView(props: { of: Backup; sheet: Sheet; onHave: () => void }) {
	const say = useSay();
	const save = useSaveFile();
	const { of: b, sheet } = props;
	const [made] = useState(() => new Date().toISOString());
	const hub = useSession()?.organisation || globalThis.location.hostname;
	const facts: [string, string][] = [
		[say(k.paperPlace), sheet.where],
		[say(k.paperName), b.name],
		[say(k.paperRepository), sheet.repository],
		[say(k.paperHub), hub],
		[say(k.paperDate), say.moment(made)],
	];
	const steps = [say(k.paperHow1), say(k.paperHow2), say(k.paperHow3), say(k.paperHow4)];
	const command = restoreFrom(b);
	const text = [
		say(k.paperTitle),
		"",
		...facts.map(([what, value]) => `${what}: ${value}`),
		"",
		say(k.paperKey),
		...sheet.words.map((w, i) => `${String(i + 1).padStart(2)}  ${w}`),
		"",
		sheet.text,
		"",
		say(k.paperHow),
		...steps.map((s, i) => `${i + 1}. ${s}`),
		command,
		"",
		say(k.paperWarn),
		"",
	].join("\n");
	return (
		<Stack gap="md">
			<Text size="sm">{say(k.sheetAbout)}</Text>
			<Alert color="red" icon={<IconAlertTriangle aria-hidden />}>
				<Text size="sm" fw={600}>
					{say(k.lost)}
				</Text>
			</Alert>
			<ol className={classes.words} aria-label={say(k.words, { n: sheet.words.length })} data-testid="words">
				{sheet.words.map((w, i) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: a word is its place; two may be the same
					<li key={i}>
						<span>{say.number(i + 1)}</span>
						<b>{w}</b>
					</li>
				))}
			</ol>
			<Group justify="center">
				<img src={picture(sheet.qr)} alt={say(k.qr)} width={150} height={150} className={classes.qr} />
			</Group>
			<Group justify="space-between" gap="xs">
				<Group gap="xs">
					<Button
						variant="default"
						leftSection={<IconPrinter size={16} aria-hidden />}
						onClick={() => void printPage()}
					>
						{say(k.print)}
					</Button>
					<Button
						variant="subtle"
						loading={save.isPending}
						onClick={() =>
							save.mutate({
								name: "hubcap-recovery-sheet.txt",
								file: new Blob([text], { type: "text/plain;charset=utf-8" }),
							})
						}
					>
						{say(k.saveText)}
					</Button>
				</Group>
				<Button onClick={props.onHave}>{say(k.haveIt)}</Button>
			</Group>
			{createPortal(
				<div className={classes.sheet} data-sheet>
					<h1>{say(k.paperTitle)}</h1>
					<dl>
						{facts.map(([what, value]) => [<dt key={what}>{what}</dt>, <dd key={`${what} is`}>{value}</dd>])}
					</dl>
					<h2>{say(k.paperKey)}</h2>
					<div className={classes.paperKey}>
						<ol className={classes.paperWords}>
							{sheet.words.map((w, i) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: a word is its place; two may be the same
								<li key={i}>
									<span>{say.number(i + 1)}</span> {w}
								</li>
							))}
						</ol>
						<img src={picture(sheet.qr)} alt="" />
					</div>
					<h2>{say(k.paperHow)}</h2>
					<ol>
						{steps.map((s) => (
							<li key={s}>{s}</li>
						))}
					</ol>
					<p>
						<code>{command}</code>
					</p>
					<p>
						<b>{say(k.paperWarn)}</b>
					</p>
				</div>,
				document.body,
			)}
		</Stack>
	);
}

/** Two words of the sheet, read from the paper. */
export function Words(props: {
	id: string;
	ask: number[];
	onDone: () => void;
	onCancel: () => void;
	onBack?: () => void;
}) {
	const say = useSay();
	const client = useQueryClient();
	// They go from the place once they are confirmed; the form stays what it was.
	const [ask] = useState(props.ask);
	const [words, setWords] = useState<Record<number, string>>({});
	const confirm = useMutation({
		mutationFn: () =>
			confirmBackup(
				props.id,
				ask.map((at) => ({ at, word: (words[at] ?? "").trim() })),
			),
		onSuccess: () => {
			offer(say, say(k.confirmed));
			props.onDone();
		},
		onSettled: () => client.invalidateQueries({ queryKey: backupsQuery.queryKey }),
	});
	const failure = confirm.error instanceof Failure ? confirm.error : undefined;
	const atField = ask.some((at) => failure?.field(`/words/${at}`));
	const submit = (e: FormEvent) => {
		e.preventDefault();
		confirm.mutate();
	};
	return (
		<form onSubmit={submit} autoComplete="off">
			<Stack gap="sm">
				<Text size="sm">{say(k.confirmAbout)}</Text>
				<div className={classes.two}>
					{ask.map((at, i) => (
						<TextInput
							key={at}
							label={say(k.word, { at })}
							value={words[at] ?? ""}
							onChange={(e) => {
								const word = e.currentTarget.value;
								setWords((old) => ({ ...old, [at]: word }));
							}}
							maxLength={20}
							autoComplete="off"
							autoCapitalize="characters"
							spellCheck={false}
							error={failure?.field(`/words/${at}`)}
							data-autofocus={i === 0 || undefined}
							required
						/>
					))}
				</div>
				{confirm.error && !atField && <FailureNote error={confirm.error} title={say(k.notConfirmed)} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={props.onBack ?? props.onCancel}>
						{say(props.onBack ? k.back : k.later)}
					</Button>
					<Button type="submit" loading={confirm.isPending}>
						{say(k.confirm)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

/** Another recovery key for a backup that is there. */
export function NewRecovery(props: { of: Backup; opened: boolean; onClose: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const { of: b } = props;
	const [sheet, setSheet] = useState<Sheet>();
	const [paper, setPaper] = useState(false);
	const again = () => client.invalidateQueries({ queryKey: backupsQuery.queryKey });
	const renew = useMutation({
		mutationFn: () => renewRecovery(b.id),
		onSuccess: setSheet,
		onSettled: again,
	});
	const close = () => {
		setSheet(undefined);
		setPaper(false);
		renew.reset();
		props.onClose();
	};
	if (sheet && props.opened)
		return (
			<Modal
				opened
				onClose={close}
				size="lg"
				title={say(paper ? k.confirmTitle : k.sheetTitle)}
				closeOnClickOutside={false}
				closeOnEscape={false}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				{paper ? (
					<Words id={b.id} ask={sheet.ask} onDone={close} onCancel={close} onBack={() => setPaper(false)} />
				) : (
					<SheetView of={b} sheet={sheet} onHave={() => setPaper(true)} />
				)}
			</Modal>
		);
	return (
		<Dialog opened={props.opened} onClose={close} title={say(m.recoveryTitle, { name: b.name })}>
			<Sure
				about={<Text size="sm">{say(m.recoveryAbout)}</Text>}
				action={say(m.recoveryAct)}
				keep={say(m.cancel)}
				danger={false}
				failed={say(m.notRenewed)}
				error={renew.error}
				pending={renew.isPending}
				onDo={() => renew.mutate()}
				onKeep={close}
			/>
		</Dialog>
	);
}
