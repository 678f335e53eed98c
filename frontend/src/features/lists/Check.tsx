import { Alert, Button, Group, Progress, Select, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconWand, IconWorld } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import {
	acceptRepairs,
	editRows,
	type Field,
	fields,
	goneQuery,
	type Intake,
	type Look,
	type Rows,
	rowsQuery,
	statuses,
} from "./api";
import classes from "./lists.module.css";
import { m } from "./messages";
import { RowsTable } from "./RowsTable";
import { severityNames, statusNames, targetNames, unreadOf, verdictNames } from "./words";

/** Above this share of vehicles from elsewhere it is said once, at the top. */
const manyAbroad = 0.3;

/** The dry run: every row with its verdict; nothing is written. */
export function Check(props: {
	of: Intake;
	look: Look;
	onLook: (to: Look) => void;
	row: string | undefined;
	onRow: (to: string | undefined) => void;
}) {
	const say = useSay();
	const { of: i, look, onLook } = props;
	const q = useQuery(rowsQuery(i.id, look, 0));
	if (q.error) return <FailureNote error={q.error} title={say(m.checkFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={420} aria-label={say(m.loading)} />;
	const { counts, checked, total, done, matches } = q.data;
	const unread = unreadOf(i);
	const filtered = Object.entries(look).some(([k, v]) => k !== "sort" && v);
	return (
		<section aria-label={say(m.stepCheck)}>
			{done ? (
				<Group gap="md">
					<Text size="sm" c="dimmed" role="status">
						{say(m.checked, { n: checked })}
					</Text>
					{unread > 0 && (
						<Link to="/lists/$id" params={{ id: i.id }} search={{ step: "columns" }} className="link">
							<Text span size="sm">
								{say(m.unread, { n: unread })}
							</Text>
						</Link>
					)}
				</Group>
			) : (
				<Stack gap={4} role="status">
					<Text size="sm">{say(m.checking, { done: checked, total })}</Text>
					<Progress value={(100 * checked) / Math.max(1, total)} size="sm" aria-hidden />
				</Stack>
			)}
			{counts.abroad > manyAbroad * checked && (
				<Alert color="petrol" my="sm" icon={<IconWorld aria-hidden />} p="sm">
					{say(m.abroad, { n: counts.abroad, total: checked })}
				</Alert>
			)}
			<Chips rows={q.data} look={look} onLook={onLook} />
			<Toolbar of={i} rows={q.data} look={look} onLook={onLook} />
			{matches === 0 && done ? (
				<Group py="xl" gap="md">
					<Text>{say(m.noneMatch, { n: checked })}</Text>
					{filtered && (
						<Button variant="default" size="compact-md" onClick={() => onLook({ sort: look.sort })}>
							{say(m.clear)}
						</Button>
					)}
				</Group>
			) : (
				<RowsTable of={i} look={look} matches={matches} row={props.row} onRow={props.onRow} />
			)}
		</section>
	);
}

/** The rows by status, as filters with their counts. */
function Chips({ rows, look, onLook }: { rows: Rows; look: Look; onLook: (to: Look) => void }) {
	const say = useSay();
	const shown = statuses.filter((s) => (rows.counts.status[s] ?? 0) > 0 || look.status === s);
	return (
		<fieldset className={classes.chips} aria-label={say(m.filter)}>
			<Chip on={!look.status} onClick={() => onLook({ ...look, status: undefined })} n={rows.checked}>
				{say(m.everything)}
			</Chip>
			{shown.map((s) => (
				<Chip
					key={s}
					status={s}
					on={look.status === s}
					n={rows.counts.status[s] ?? 0}
					onClick={() => onLook({ ...look, status: look.status === s ? undefined : s })}
				>
					{say(statusNames[s])}
				</Chip>
			))}
		</fieldset>
	);
}

function Chip(props: { on: boolean; n: number; status?: string; onClick: () => void; children: string }) {
	const say = useSay();
	return (
		<button
			type="button"
			className={classes.chip}
			aria-pressed={props.on}
			data-status={props.status}
			onClick={props.onClick}
		>
			{props.children} <b>{say.number(props.n, 0)}</b>
		</button>
	);
}

const sorts = [
	["", m.sortRow],
	["severity.desc", m.sortSeverity],
	["score.desc", m.sortScore],
	["asking", m.sortAsking],
	["odometer", m.sortOdometer],
	["year.desc", m.sortYear],
] as const;

function Toolbar(props: { of: Intake; rows: Rows; look: Look; onLook: (to: Look) => void }) {
	const say = useSay();
	const { of: i, rows, look, onLook } = props;
	const [text, setText] = useState(look.text ?? "");
	const [was, setWas] = useState(look.text);
	if (was !== look.text) {
		setWas(look.text);
		// Whoever cleared the filters cleared this one; what is being typed is left alone.
		if (!look.text) setText("");
	}
	const find = useDebouncedCallback((to: string) => onLook({ ...look, text: to || undefined }), 150);
	const marked = fields.filter((f) => (rows.counts.field[f] ?? 0) > 0 || look.field === f);
	return (
		<Group gap="sm" align="flex-end" my="sm">
			<TextInput
				type="search"
				label={say(m.search)}
				placeholder={say(m.searchHint)}
				leftSection={<IconSearch size={16} aria-hidden />}
				value={text}
				onChange={(e) => {
					setText(e.currentTarget.value);
					find(e.currentTarget.value.trim());
				}}
				size="sm"
				className={classes.find}
			/>
			{marked.length > 0 && (
				<Select
					label={say(m.field)}
					placeholder={say(m.anyField)}
					data={marked.map((f) => ({
						value: f,
						label: `${say(targetNames[f] ?? m.field)} (${rows.counts.field[f] ?? 0})`,
					}))}
					value={look.field ?? null}
					onChange={(to) => onLook({ ...look, field: (to as Field | null) ?? undefined })}
					clearable
					size="sm"
					className={classes.choice}
				/>
			)}
			<Select
				label={say(m.severity)}
				placeholder={say(m.anySeverity)}
				data={(["hard", "soft", "untestable"] as const).map((s) => ({
					value: s,
					label: `${say(severityNames[s])} (${rows.counts.severity[s] ?? 0})`,
				}))}
				value={look.severity ?? null}
				onChange={(to) => onLook({ ...look, severity: (to as Look["severity"] | null) ?? undefined })}
				clearable
				size="sm"
				className={classes.choice}
			/>
			<Select
				label={say(m.verdict)}
				placeholder={say(m.anyVerdict)}
				data={(["buy", "look", "pass"] as const).map((v) => ({
					value: v,
					label: `${say(verdictNames[v])} (${rows.counts.verdict[v] ?? 0})`,
				}))}
				value={look.verdict ?? null}
				onChange={(to) => onLook({ ...look, verdict: (to as Look["verdict"] | null) ?? undefined })}
				clearable
				size="sm"
				className={classes.choice}
			/>
			<Select
				label={say(m.sort)}
				data={sorts.map(([value, label]) => ({ value, label: say(label) }))}
				value={look.sort ?? ""}
				onChange={(to) => onLook({ ...look, sort: to || undefined })}
				allowDeselect={false}
				size="sm"
				className={classes.choice}
			/>
			{i.against && <Against of={i} rows={rows} look={look} onLook={onLook} />}
			<AcceptFixes of={i} n={rows.counts.clear} />
		</Group>
	);
}

/** What changed since the list that this one is compared with. */
function Against(props: { of: Intake; rows: Rows; look: Look; onLook: (to: Look) => void }) {
	const say = useSay();
	const { rows, look, onLook } = props;
	const [open, setOpen] = useState(false);
	const gone = useQuery({ ...goneQuery(props.of.id), enabled: open });
	const part = (state: "new" | "price", label: string) => (
		<button
			type="button"
			className={classes.chip}
			aria-pressed={look.compared === state}
			onClick={() => onLook({ ...look, compared: look.compared === state ? undefined : state })}
		>
			{label}
		</button>
	);
	return (
		<div>
			<Group gap={6}>
				{part("new", say(m.comparedNew, { n: rows.counts.compared.new ?? 0 }))}
				{part("price", say(m.comparedPrice, { n: rows.counts.compared.price ?? 0 }))}
				{rows.done && (
					<button type="button" className={classes.chip} aria-expanded={open} onClick={() => setOpen(!open)}>
						{say(m.comparedGone, { n: rows.gone })}
					</button>
				)}
			</Group>
			{open && gone.data && (
				<section aria-label={say(m.goneTitle)} className={classes.gone}>
					<Text size="sm" fw={600}>
						{say(m.goneTitle)}
					</Text>
					<ul>
						{gone.data.map((g) => (
							<li key={g.vin}>
								<code>{g.vin}</code> {g.title} {g.asking && say.money(g.asking)}
							</li>
						))}
					</ul>
				</section>
			)}
			{gone.error && <FailureNote error={gone.error} title={say(m.checkFailed)} />}
		</div>
	);
}

/** Puts the first suggestion into all rows in which it stands out. */
function AcceptFixes({ of: i, n }: { of: Intake; n: number }) {
	const say = useSay();
	const client = useQueryClient();
	const refresh = () => client.invalidateQueries({ queryKey: ["intakes", i.id] });
	const accept = useMutation({
		mutationFn: () => acceptRepairs(i.id),
		onSuccess: async (before) => {
			await refresh();
			offer(say, say(m.fixed, { n: before.length }), async () => {
				await editRows(i.id, before);
				await refresh();
			});
		},
	});
	if (n === 0) return null;
	return (
		<div>
			<Button
				variant="light"
				leftSection={<IconWand size={16} aria-hidden />}
				title={say(m.acceptFixesAbout)}
				loading={accept.isPending}
				onClick={() => accept.mutate()}
			>
				{say(m.acceptFixes, { n })}
			</Button>
			{accept.error && <FailureNote error={accept.error} title={say(m.notFixed)} />}
		</div>
	);
}
