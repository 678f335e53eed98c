import { Card, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconQuestionMark } from "@tabler/icons-react";
import { Origin } from "../../components/Origin";
import type { Finding } from "../../lib/brief";
import { useSay } from "../../lib/say";
import type { Vehicle } from "./api";
import classes from "./Claims.module.css";
import { form, overview as m } from "./messages";

/** The fields that can be claimed, as findings name them. */
const fields = [
	{
		metric: "model year",
		name: form.claimedYear,
		claimed: (v: Vehicle) => v.claimed.year,
		decoded: (v: Vehicle) => v.decoded.year,
	},
	{
		metric: "make",
		name: form.claimedMake,
		claimed: (v: Vehicle) => v.claimed.make,
		decoded: (v: Vehicle) => v.decoded.make,
	},
	{
		metric: "model",
		name: form.claimedModel,
		claimed: (v: Vehicle) => v.claimed.model,
		decoded: (v: Vehicle) => v.decoded.model,
	},
	{
		metric: "trim",
		name: form.claimedTrim,
		claimed: (v: Vehicle) => v.claimed.trim,
		decoded: (v: Vehicle) => v.decoded.trim,
	},
	{
		metric: "body",
		name: form.claimedBody,
		claimed: (v: Vehicle) => v.claimed.bodyClass,
		decoded: (v: Vehicle) => v.decoded.bodyClass,
	},
	{
		metric: "fuel",
		name: form.claimedFuel,
		claimed: (v: Vehicle) => v.claimed.fuel,
		decoded: (v: Vehicle) => v.decoded.fuel,
	},
	{
		metric: "drive",
		name: form.claimedDrive,
		claimed: (v: Vehicle) => v.claimed.drive,
		decoded: (v: Vehicle) => v.decoded.drive,
	},
	{
		metric: "transmission",
		name: form.claimedTransmission,
		claimed: (v: Vehicle) => v.claimed.transmission,
		decoded: (v: Vehicle) => v.decoded.transmission,
	},
];

/** What the seller says beside what the VIN says; the hub's rules, not equal letters, say whether they agree. */
export function Claims({ vehicle: v, findings }: { vehicle: Vehicle; findings: Finding[] }) {
	const say = useSay();
	const verdicts = new Map(findings.filter((f) => f.kind === "claim").map((f) => [f.metric, f]));
	const rows = fields.filter((f) => f.claimed(v));
	if (rows.length === 0) return null;
	return (
		<Card withBorder component="section" aria-label={say(m.claims)}>
			<Title order={2} size="h5" mb="xs">
				{say(m.claims)}
			</Title>
			<Table className={classes.table} verticalSpacing={5} horizontalSpacing={6}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th scope="col">{say(m.field)}</Table.Th>
						<Table.Th scope="col">
							{say(m.claimed)}{" "}
							<Origin
								kind="claimed"
								detail={v.claimed.source && say(m.claimedBy, { who: v.claimed.source })}
							/>
						</Table.Th>
						<Table.Th scope="col">
							{say(m.decoded)} <Origin kind="decoded" />
						</Table.Th>
						<Table.Th scope="col">{say(m.verdict)}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map((f) => {
						const verdict = verdicts.get(f.metric);
						return (
							<Table.Tr
								key={f.metric}
								data-severity={verdict?.direction === "differs" ? verdict.severity : undefined}
							>
								<Table.Th scope="row">{say(f.name)}</Table.Th>
								<Table.Td>{f.claimed(v)}</Table.Td>
								<Table.Td>
									{f.decoded(v) || (
										<Text span size="sm" c="dimmed">
											{say(m.notReported)}
										</Text>
									)}
								</Table.Td>
								<Table.Td>
									<Verdict finding={verdict} />
								</Table.Td>
							</Table.Tr>
						);
					})}
				</Table.Tbody>
			</Table>
			{v.claimed.source && (
				<Text size="xs" c="dimmed" mt={6}>
					{say(m.claimedBySentence, { who: v.claimed.source })}
				</Text>
			)}
		</Card>
	);
}

/** The verdict with a glyph and a word, never a colour alone. */
function Verdict({ finding: f }: { finding?: Finding }) {
	const say = useSay();
	if (f?.direction === "agrees") {
		return (
			<span className={classes.verdict}>
				<IconCheck size={14} aria-hidden /> {say(m.agrees)}
			</span>
		);
	}
	if (f?.direction === "differs") {
		const hard = f.severity === "critical";
		return (
			<span className={classes.verdict} data-differs={f.severity}>
				<IconAlertTriangle size={14} aria-hidden /> {say(hard ? m.differs : m.mayDiffer)}
			</span>
		);
	}
	return (
		<span className={classes.verdict} data-untestable>
			<IconQuestionMark size={14} aria-hidden /> {say(m.notInVIN)}
		</span>
	);
}
