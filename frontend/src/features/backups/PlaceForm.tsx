import {
	Button,
	Divider,
	Group,
	PasswordInput,
	SegmentedControl,
	Stack,
	Text,
	TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useShowFault } from "../../hooks/useShowFault";
import { offer } from "../../hooks/useWrite";
import { Failure } from "../../lib/api";
import { useSay } from "../../lib/say";
import { type Backup, type Bucket, backupsQuery, type Entry, entryOf, saveBackup, tryBackup } from "./api";
import classes from "./backups.module.css";
import { form as m } from "./messages";
import { PlaceMore, pathStyle } from "./PlaceMore";
import { RulesFields, usualKeep } from "./RulesFields";
import { TestSteps } from "./TestSteps";
import { nameOf } from "./words";

const nothing: Bucket = { endpoint: "", bucket: "", region: "", accessKey: "" };
const fresh: Entry = { name: "", kind: "s3", s3: nothing, prefix: "", preset: "continuous", keep: usualKeep };
const known = ["/folder", "/s3/endpoint", "/s3/bucket", "/s3/region", "/s3/accessKey", "/s3/ca", "/s3/class"];
const others = ["/secret", "/pruneSecret", "/prefix", "/name", "/hours", "/at", "/keep"];

/** Where a backup goes: six fields for a bucket, one for a folder, the rest under "More". */
export function PlaceForm(props: { of?: Backup; onCancel: () => void; onSaved: (b: Backup) => void }) {
	const say = useSay();
	const client = useQueryClient();
	const { of: b } = props;
	const [f, setF] = useState<Entry>(b ? { ...fresh, ...entryOf(b), s3: b.s3 ?? nothing } : fresh);
	const [secret, setSecret] = useState("");
	const [pruneSecret, setPruneSecret] = useState("");
	const set = (part: Partial<Entry>) => setF((old) => ({ ...old, ...part }));
	const setS3 = (part: Partial<Bucket>) =>
		setF((old) => ({ ...old, s3: { ...(old.s3 ?? nothing), ...part } }));
	const s3 = f.s3 ?? nothing;
	const entry = (): Entry => ({
		...f,
		name: f.name.trim() || nameOf(f),
		folder: f.kind === "folder" ? f.folder : undefined,
		s3: f.kind === "s3" ? { ...s3, pathStyle: pathStyle(s3) } : undefined,
		secret: secret.trim() || undefined,
		pruneSecret: pruneSecret.trim() || undefined,
	});
	const test = useMutation({
		mutationFn: () => tryBackup(b?.id, entry()),
	});
	const save = useMutation({
		mutationFn: () => saveBackup(b, entry()),
		onSuccess: (saved) => {
			if (b) offer(say, say(m.saved, { name: saved.name }));
			props.onSaved(saved);
		},
		onSettled: () => client.invalidateQueries({ queryKey: backupsQuery.queryKey }),
	});
	const failure = [save.error, test.error].find((e): e is Failure => e instanceof Failure);
	const blamed = test.data?.steps.find((s) => !s.ok && s.field);
	const field = (pointer: string): string | undefined =>
		failure?.field(pointer) ??
		(blamed?.field === pointer ? [blamed.note, blamed.remedy].filter(Boolean).join(": ") : undefined);
	const wrong = (e: Error | null) =>
		e && !(e instanceof Failure && [...known, ...others].some((p) => e.field(p))) ? e : null;
	const shown = useShowFault(save.error ?? test.error ?? (blamed ? unsaid : null));
	const change = { onChange: set, onS3: setS3, field };
	const fixed = b?.setUp ?? false;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		test.reset();
		save.mutate();
	};
	return (
		<form ref={shown} onSubmit={submit} autoComplete="off">
			<Stack gap="sm">
				<SegmentedControl
					aria-label={say(m.kind)}
					value={f.kind}
					onChange={(kind) => {
						set({ kind: kind as Entry["kind"] });
						test.reset();
						save.reset();
					}}
					disabled={b !== undefined}
					data={[
						{ value: "s3", label: say(m.s3) },
						{ value: "folder", label: say(m.folder) },
					]}
				/>
				{fixed && (
					<Text size="xs" c="dimmed">
						{say(m.placeFixed)}
					</Text>
				)}
				{f.kind === "folder" ? (
					<TextInput
						label={say(m.folderPath)}
						description={say(m.folderAbout)}
						placeholder={say(m.folderHint)}
						value={f.folder ?? ""}
						onChange={(e) => set({ folder: e.currentTarget.value })}
						disabled={fixed}
						maxLength={4096}
						spellCheck={false}
						error={field("/folder")}
						required
						data-autofocus
					/>
				) : (
					<>
						<TextInput
							label={say(m.endpoint)}
							placeholder={say(m.endpointHint)}
							value={s3.endpoint}
							onChange={(e) => setS3({ endpoint: e.currentTarget.value })}
							maxLength={300}
							spellCheck={false}
							error={field("/s3/endpoint")}
							required
							data-autofocus
						/>
						<div className={classes.two}>
							<TextInput
								label={say(m.bucket)}
								value={s3.bucket}
								onChange={(e) => setS3({ bucket: e.currentTarget.value })}
								disabled={fixed}
								maxLength={100}
								spellCheck={false}
								error={field("/s3/bucket")}
								required
							/>
							<TextInput
								label={say(m.prefix)}
								placeholder={say(m.prefixAbout)}
								value={f.prefix ?? ""}
								onChange={(e) => set({ prefix: e.currentTarget.value })}
								disabled={fixed}
								maxLength={300}
								spellCheck={false}
								error={field("/prefix")}
							/>
							<TextInput
								label={say(m.accessKey)}
								value={s3.accessKey}
								onChange={(e) => setS3({ accessKey: e.currentTarget.value })}
								maxLength={300}
								spellCheck={false}
								autoComplete="off"
								error={field("/s3/accessKey")}
								required
							/>
							<PasswordInput
								label={say(m.secret)}
								placeholder={b ? say(m.secretKept) : undefined}
								value={secret}
								onChange={(e) => setSecret(e.currentTarget.value)}
								maxLength={4096}
								autoComplete="off"
								visibilityToggleButtonProps={{ "aria-label": say(m.show), tabIndex: 0 }}
								error={field("/secret")}
								aria-invalid={field("/secret") !== undefined || undefined}
								required={!b}
							/>
							<TextInput
								label={say(m.region)}
								placeholder={say(m.regionHint)}
								value={s3.region ?? ""}
								onChange={(e) => setS3({ region: e.currentTarget.value })}
								maxLength={100}
								spellCheck={false}
								error={field("/s3/region")}
							/>
						</div>
					</>
				)}
				<PlaceMore
					value={f}
					{...change}
					pruneSecret={pruneSecret}
					onPruneSecret={setPruneSecret}
					kept={!!b}
				/>
				<Group gap="sm" align="center">
					<Button
						variant="default"
						loading={test.isPending}
						onClick={() => {
							save.reset();
							test.mutate();
						}}
					>
						{say(m.test)}
					</Button>
					<Text size="xs" c="dimmed" flex="1 1 200px">
						{say(m.testing)}
					</Text>
				</Group>
				{test.data && <TestSteps of={test.data} marked />}
				{wrong(test.error) && test.error && <FailureNote error={test.error} title={say(m.testFailed)} />}
				<Divider />
				<RulesFields value={f} onChange={set} field={field} />
				{wrong(save.error) && save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
				{!fixed && (
					<Text size="xs" c="dimmed">
						{say(m.nothingSent)}
					</Text>
				)}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={props.onCancel}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={save.isPending}>
						{say(b ? m.save : m.next)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

/** Stands for what a test blamed a field for: it is at the field, which is brought into view. */
const unsaid = new Error();
