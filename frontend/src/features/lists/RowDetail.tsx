import {
	Alert,
	Badge,
	Button,
	Drawer,
	Group,
	Select,
	Skeleton,
	Stack,
	Table,
	Text,
	TextInput,
	Title,
} from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import type { Schemas } from "../../lib/api";
import { useSay } from "../../lib/say";
import {
	acceptAlias,
	type Change,
	editRows,
	type Field,
	type Finding,
	fields,
	type Intake,
	type Row,
	removeAlias,
	rowQuery,
	type Status,
} from "./api";
import classes from "./lists.module.css";
import { m } from "./messages";
import { FindingLine, StatusBadge, VerdictBadge } from "./RowsTable";
import { codeOf, letter, targetNames, titleOf } from "./words";

/** One row with everything that is known of it, beside the list. */
export function RowDetail(props: {
	of: Intake;
	row: string | undefined;
	onClose: () => void;
	onStep: ((by: number) => void) | undefined;
}) {
	const say = useSay();
	const narrow = useMediaQuery("(max-width: 48em)");
	const [file, row] = (props.row ?? "0.0").split(".").map(Number) as [number, number];
	return (
		<Drawer
			opened={props.row !== undefined}
			onClose={props.onClose}
			position="right"
			size={narrow ? "100%" : 560}
			title={say(m.detail, { row })}
			closeButtonProps={{ "aria-label": say(m.closeRow) }}
			withOverlay={narrow ?? false}
			lockScroll={narrow ?? false}
			trapFocus
		>
			{props.onStep && (
				<Group gap="xs" mb="sm">
					<Button
						size="compact-sm"
						variant="default"
						leftSection={<IconChevronLeft size={14} aria-hidden />}
						onClick={() => props.onStep?.(-1)}
					>
						{say(m.previous)}
					</Button>
					<Button
						size="compact-sm"
						variant="default"
						rightSection={<IconChevronRight size={14} aria-hidden />}
						onClick={() => props.onStep?.(1)}
					>
						{say(m.next)}
					</Button>
				</Group>
			)}
			{props.row !== undefined && <Loaded key={props.row} of={props.of} file={file} row={row} />}
		</Drawer>
	);
}

function Loaded({ of: i, file, row }: { of: Intake; file: number; row: number }) {
	const say = useSay();
	const q = useQuery(rowQuery(i.id, file, row));
	if (q.error) return <FailureNote error={q.error} title={say(m.checkFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={320} aria-label={say(m.loading)} />;
	return <Detail of={i} row={q.data} />;
}

/** Changes one row and offers to take it back. */
function useEdit(i: Intake, row: Row) {
	const say = useSay();
	const client = useQueryClient();
	const refresh = () => client.invalidateQueries({ queryKey: ["intakes", i.id] });
	return useMutation({
		mutationFn: (part: Partial<Change>) =>
			editRows(i.id, [
				{
					file: row.file ?? 1,
					row: row.row,
					values: row.edited ?? [],
					decision: row.decision as Change["decision"],
					...part,
				},
			]),
		onSuccess: async (before) => {
			await refresh();
			offer(say, say(m.rowSaved, { row: row.row }), async () => {
				await editRows(i.id, before);
				await refresh();
			});
		},
	});
}

function Detail({ of: i, row: r }: { of: Intake; row: Schemas["RowInFile"] }) {
	const say = useSay();
	const edit = useEdit(i, r);
	const set = (target: string, text: string) =>
		edit.mutate({ values: [...(r.edited ?? []).filter((v) => v.target !== target), { target, text }] });
	return (
		<Stack gap="md">
			<div>
				<Text fw={650} size="lg">
					{titleOf(say, r)}
				</Text>
				<code className={classes.vin}>{r.vin || say(m.noVIN)}</code>
				<Group gap={6} mt={6}>
					<StatusBadge of={r.status as Status} />
					<VerdictBadge of={r.verdict.verdict} />
					{r.abroad && (
						<Badge variant="light" tt="none" size="sm">
							{say(m.abroadOne)}
						</Badge>
					)}
				</Group>
				{r.message && (
					<Text size="sm" mt={6}>
						{r.message}
					</Text>
				)}
			</div>
			{edit.error && <FailureNote error={edit.error} title={say(m.rowNotSaved)} />}
			<Suggestions of={r} busy={edit.isPending} onUse={(vin) => set("vin", vin)} />
			<Claims of={i} row={r} busy={edit.isPending} onSet={set} />
			<Lines of={r} />
			<Here of={r} />
			<Select
				label={say(m.decision)}
				data={[
					{ value: "", label: say(m.byStatus) },
					{ value: "take", label: say(m.take) },
					{ value: "leave", label: say(m.leave) },
					...(r.here?.length
						? [
								{ value: "fill", label: say(m.fill) },
								{ value: "overwrite", label: say(m.overwrite) },
							]
						: []),
				]}
				value={r.decision ?? ""}
				onChange={(to) => edit.mutate({ decision: (to || undefined) as Change["decision"] })}
				allowDeselect={false}
				disabled={edit.isPending}
			/>
			{(r.edited?.length ?? 0) > 0 && (
				<Button
					variant="default"
					size="compact-md"
					onClick={() => edit.mutate({ values: [] })}
					w="fit-content"
				>
					{say(m.undoEdits)}
				</Button>
			)}
			<InFile of={r} />
		</Stack>
	);
}

function Suggestions({ of: r, busy, onUse }: { of: Row; busy: boolean; onUse: (vin: string) => void }) {
	const say = useSay();
	if (!r.repairs?.length) return null;
	return (
		<section aria-label={say(m.suggestions)}>
			<Title order={2} size="h5" mb={4}>
				{say(m.suggestions)}
			</Title>
			<Stack gap={6}>
				{r.repairs.map((c) => (
					<Group key={c.vin} justify="space-between" wrap="nowrap" gap="sm" className={classes.suggestion}>
						<div>
							<code>
								{[...c.vin].map((ch, n) => (
									// A VIN's characters never change places.
									// biome-ignore lint/suspicious/noArrayIndexKey: see above
									<span key={n} data-changed={r.vin[n] !== ch || undefined}>
										{ch}
									</span>
								))}
							</code>
							<Text size="sm">{c.title}</Text>
							<Text size="xs" c="dimmed">
								{c.reason}
							</Text>
						</div>
						<Button
							size="compact-sm"
							variant="light"
							flex="none"
							disabled={busy}
							onClick={() => onUse(c.vin)}
							aria-label={say(m.useOf, { vin: c.vin })}
						>
							{say(m.use)}
						</Button>
					</Group>
				))}
			</Stack>
		</section>
	);
}

/** What is typed over a value, until the value itself is another: sent with it, it would undo a suggestion. */
function useTyped(value: string) {
	const [was, setWas] = useState(value);
	const [text, setText] = useState(value);
	if (was !== value) {
		setWas(value);
		setText(value);
	}
	return [text, setText] as const;
}

/** Claimed beside decoded, field by field; what the list says can be corrected. */
function Claims(props: {
	of: Intake;
	row: Row;
	busy: boolean;
	onSet: (target: string, text: string) => void;
}) {
	const say = useSay();
	const { row: r } = props;
	const [vin, setVIN] = useTyped(r.vin);
	const found = new Map(r.findings.map((f) => [f.field, f]));
	const shown = fields.filter((f) => r.claimed?.[f] || r.decoded[codeOf[f]]);
	return (
		<section aria-label={say(m.colFindings)}>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					props.onSet("vin", vin.trim());
				}}
			>
				<Group gap="xs" align="flex-end" wrap="nowrap" mb="sm">
					<TextInput
						label={say(m.vin)}
						value={vin}
						onChange={(e) => setVIN(e.currentTarget.value)}
						classNames={{ input: classes.vinInput }}
						maxLength={60}
						flex={1}
					/>
					<Button type="submit" variant="default" disabled={props.busy || vin.trim() === r.vin}>
						{say(m.save)}
					</Button>
				</Group>
			</form>
			<Table verticalSpacing={4} className={classes.claims}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th scope="col">{say(m.field)}</Table.Th>
						<Table.Th scope="col">{say(m.claimed)}</Table.Th>
						<Table.Th scope="col">{say(m.decoded)}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{shown.map((f) => (
						<Claim
							key={f}
							field={f}
							claimed={r.claimed?.[f] ?? ""}
							decoded={r.decoded[codeOf[f]] ?? ""}
							finding={found.get(f)}
							make={r.decoded.Make}
							busy={props.busy}
							edited={r.edited?.some((v) => v.target === f) ?? false}
							onSet={(text) => props.onSet(f, text)}
						/>
					))}
				</Table.Tbody>
			</Table>
		</section>
	);
}

function Claim(props: {
	field: Field;
	claimed: string;
	decoded: string;
	finding: Finding | undefined;
	make: string | undefined;
	busy: boolean;
	edited: boolean;
	onSet: (text: string) => void;
}) {
	const say = useSay();
	const { finding: f } = props;
	const [text, setText] = useTyped(props.claimed);
	const name = say(targetNames[props.field] ?? m.field);
	const grave = f && f.severity !== "untestable";
	return (
		<>
			<Table.Tr data-severity={f?.severity}>
				<Table.Th scope="row">{name}</Table.Th>
				<Table.Td>
					<TextInput
						size="xs"
						aria-label={`${name}: ${say(m.claimed)}`}
						value={text}
						// Not disabled: that would take the focus from whoever tabs on to the next field.
						readOnly={props.busy}
						onChange={(e) => setText(e.currentTarget.value)}
						onBlur={() => text.trim() !== props.claimed && props.onSet(text.trim())}
						onKeyDown={(e) => e.key === "Enter" && e.currentTarget.blur()}
						description={props.edited ? say(m.edited) : undefined}
						maxLength={200}
					/>
				</Table.Td>
				<Table.Td>{props.decoded}</Table.Td>
			</Table.Tr>
			{f && (
				<Table.Tr className={classes.reason}>
					<Table.Td />
					<Table.Td colSpan={2}>
						{grave ? <FindingLine of={f} /> : null}
						<Text size="xs" c={grave ? undefined : "dimmed"}>
							{f.reason}
						</Text>
						{f.severity === "soft" && f.decoded && <AcceptAll of={f} make={props.make} />}
					</Table.Td>
				</Table.Tr>
			)}
		</>
	);
}

/** Teaches the check a list's word, for all lists. */
function AcceptAll({ of: f, make }: { of: Finding; make: string | undefined }) {
	const say = useSay();
	const client = useQueryClient();
	const refresh = () => client.invalidateQueries({ queryKey: ["intakes"] });
	const accept = useMutation({
		mutationFn: () =>
			acceptAlias({
				field: f.field as Field,
				said: f.claimed,
				means: f.decoded,
				// A model's or trim's nickname belongs to its make; a body's does not.
				make: ["model", "series", "trim"].includes(f.field) ? make : undefined,
			}),
		onSuccess: async (a) => {
			await refresh();
			offer(say, say(m.accepted, { said: a.said, means: a.means }), async () => {
				await removeAlias(a.id);
				await refresh();
			});
		},
	});
	return (
		<>
			<Button
				size="compact-xs"
				variant="light"
				mt={4}
				loading={accept.isPending}
				onClick={() => accept.mutate()}
			>
				{say(m.acceptAll, { said: f.claimed })}
			</Button>
			{accept.error && <FailureNote error={accept.error} title={say(m.notAccepted)} />}
		</>
	);
}

function Lines({ of: r }: { of: Row }) {
	const say = useSay();
	if (!r.verdict.lines?.length) return null;
	return (
		<section aria-label={say(m.checklist)}>
			<Title order={2} size="h5" mb={4}>
				{say(m.checklist)}
			</Title>
			<ul className={classes.checklist}>
				{r.verdict.lines.map((l) => (
					<li key={l.rule}>
						<VerdictBadge of={l.verdict} />{" "}
						<Text span size="sm">
							{l.text}
						</Text>{" "}
						<Text span size="xs" c="dimmed">
							{l.rule}
						</Text>
					</li>
				))}
			</ul>
		</section>
	);
}

/** The hub's own vehicles with this VIN. */
function Here({ of: r }: { of: Row }) {
	const say = useSay();
	const list = [
		...(r.here ?? []).map((id) => ({ id, label: m.hereNow })),
		...(r.sold ?? []).map((id) => ({ id, label: m.soldBefore })),
	];
	if (list.length === 0) return null;
	return (
		<Group gap="md">
			{list.map(({ id, label }) => (
				<Text size="sm" key={id}>
					{say(label)}:{" "}
					<Link to="/vehicles/$id" params={{ id }} className="link">
						{say(m.open)}
					</Link>
				</Text>
			))}
		</Group>
	);
}

function InFile({ of: r }: { of: Schemas["RowInFile"] }) {
	const say = useSay();
	return (
		<section aria-label={say(m.file)}>
			{(r.problems?.length ?? 0) > 0 && (
				<Alert color="orange" title={say(m.problems)} p="xs" mb="sm">
					{r.problems?.map((p) => (
						<Text size="sm" key={`${p.column}${p.text}`}>
							{say(m.cell, { header: p.header, text: p.text, reason: p.reason })}
						</Text>
					))}
				</Alert>
			)}
			<Title order={2} size="h5" mb={4}>
				{say(m.file)}
			</Title>
			<dl className={classes.cells}>
				{r.columns.map((name, n) =>
					r.cells[n] ? (
						// Columns may have one name twice.
						// biome-ignore lint/suspicious/noArrayIndexKey: see above
						<div key={n}>
							<dt>{name || say(m.noHeader, { letter: letter(n) })}</dt>
							<dd>{r.cells[n]}</dd>
						</div>
					) : null,
				)}
			</dl>
		</section>
	);
}
