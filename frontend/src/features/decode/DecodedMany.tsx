import { Alert, Badge, Button, Group, Progress, Skeleton, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { csvRow } from "../../lib/save";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type DecodeResult, decodeManyQuery } from "./api";
import classes from "./DecodedMany.module.css";
import { m } from "./messages";
import { useSaveMany } from "./useSaveMany";

/** The most VINs that one paste may hold here. */
export const mostVINs = 1000;

/** Many VINs pasted at once: one row each, in the order pasted. */
export function DecodedMany({ vins, onOpen }: { vins: string[]; onOpen: (vin: string) => void }) {
	const say = useSay();
	const q = useQuery(decodeManyQuery(vins));
	const saving = useSaveMany();
	const maySave = useMay("vehicles.write");
	const file = useSaveFile();
	if (q.error) return <FailureNote error={q.error} title={say(m.manyFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={40 + 44 * Math.min(vins.length, 12)} aria-label={say(m.decoding)} />;
	const remarks = q.data.filter((r) => !r.clean).length;
	const known = (r: DecodeResult) => saving.saved.get(r.vin) ?? r.here[0]?.id;
	// A VIN that is here already, or stands twice in the paste, is saved once.
	const fresh = [...new Map(q.data.filter((r) => !known(r)).map((r) => [r.vin, r])).values()];
	return (
		<section aria-label={say(m.results)}>
			<Group justify="space-between" align="center" mb="xs" gap="sm" mih={44}>
				<Title order={2} size="h4">
					{say(remarks === 0 ? m.manyClean : m.manyRemarks, {
						n: vins.length,
						clean: vins.length - remarks,
						remarks,
					})}
				</Title>
				<Group gap="sm">
					<Button
						variant="subtle"
						leftSection={<IconDownload size={16} aria-hidden />}
						loading={file.isPending}
						onClick={() => file.mutate({ name: "decoded.csv", file: csv(q.data) })}
					>
						{say(m.saveCSV)}
					</Button>
					{saving.running ? (
						<Button variant="default" onClick={saving.stop}>
							{say(m.stop)}
						</Button>
					) : (
						maySave &&
						fresh.length > 0 && (
							<Button onClick={() => saving.start(fresh.map((r) => r.vin))}>
								{say(fresh.length === vins.length ? m.saveAll : m.saveNew, { n: fresh.length })}
							</Button>
						)
					)}
				</Group>
			</Group>
			{saving.running && (
				<div>
					<Progress
						value={(100 * saving.done) / saving.total}
						aria-label={say(m.saving, { done: saving.done, total: saving.total })}
					/>
					<Text size="sm" c="dimmed" mt={4} mb="xs">
						{say(m.progress, { done: saving.done, total: saving.total })}
					</Text>
				</div>
			)}
			{saving.error && (
				<FailureNote
					error={saving.error}
					title={say(m.stopped, { n: saving.done })}
					onRetry={() => saving.start(fresh.map((r) => r.vin))}
				/>
			)}
			{vins.length === mostVINs && (
				<Alert color="petrol" mb="sm">
					{say(m.onlyFirst, { n: mostVINs })}
				</Alert>
			)}

			<Table highlightOnHover verticalSpacing={6} className={classes.table}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th scope="col">{say(m.vin)}</Table.Th>
						<Table.Th scope="col">{say(m.colVehicle)}</Table.Th>
						<Table.Th scope="col">{say(m.colVerdict)}</Table.Th>
						<Table.Th scope="col">{say(m.colSaved)}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{q.data.map((r, i) => (
						// The same VIN may be pasted twice; the row's place tells them apart.
						<Table.Tr key={`${i}${r.given}`}>
							<Table.Td>
								<button type="button" className="link" onClick={() => onOpen(r.given)}>
									<code>{r.given}</code>
								</button>
							</Table.Td>
							<Table.Td>
								{r.title === r.vin ? (
									<Text span size="sm" c="dimmed">
										{say(m.unknown)}
									</Text>
								) : (
									r.title
								)}
							</Table.Td>
							<Table.Td>
								<Verdict r={r} />
							</Table.Td>
							<Table.Td>
								<Kept id={known(r)} vin={r.vin} busy={saving.running} onSave={() => saving.start([r.vin])} />
							</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</section>
	);
}

/** The list as a spreadsheet reads it, in the order given. */
function csv(list: DecodeResult[]): Blob {
	const rows = list.map((r) => [
		r.given,
		r.summary.year || "",
		r.summary.make ?? "",
		r.summary.model ?? "",
		r.summary.trim ?? "",
		r.summary.bodyClass ?? "",
		r.errors.map((e) => e.code).join(" "),
		r.errors.map((e) => e.text).join(" "),
	]);
	const head = ["VIN", "ModelYear", "Make", "Model", "Trim", "BodyClass", "ErrorCode", "ErrorText"];
	return new Blob([[head, ...rows].map((r) => `${csvRow(r)}\r\n`).join("")], { type: "text/csv" });
}

function Verdict({ r }: { r: DecodeResult }) {
	const say = useSay();
	if (r.clean) {
		return (
			<Badge color="green" variant="light" tt="none" leftSection={<IconCheck size={12} aria-hidden />}>
				{say(m.clean)}
			</Badge>
		);
	}
	return (
		<Group gap={6} wrap="nowrap" align="flex-start">
			<IconAlertTriangle
				size={16}
				color="var(--hub-warn)"
				style={{ flex: "none", marginTop: 2 }}
				aria-hidden
			/>
			<Text size="sm">{r.errors[0]?.text}</Text>
		</Group>
	);
}

function Kept(props: { id?: string; vin: string; busy: boolean; onSave: () => void }) {
	const say = useSay();
	const maySave = useMay("vehicles.write");
	if (props.id) {
		return (
			<Link
				to="/vehicles/$id"
				params={{ id: props.id }}
				className="link"
				aria-label={say(m.openOne, { vin: props.vin })}
			>
				{say(m.open)}
			</Link>
		);
	}
	if (!maySave) return null;
	return (
		<Button
			size="compact-sm"
			variant="default"
			onClick={props.onSave}
			disabled={props.busy}
			aria-label={say(m.saveOne, { vin: props.vin })}
		>
			{say(m.saveShort)}
		</Button>
	);
}
