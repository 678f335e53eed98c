import { Card, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconQuestionMark } from "@tabler/icons-react";
import { Origin } from "../../components/Origin";
import type { Finding } from "../../lib/brief";
import type { Vehicle } from "./api";
import classes from "./Claims.module.css";

/** The fields that can be claimed, as findings name them. */
const fields = [
	{
		metric: "model year",
		name: "Model year",
		claimed: (v: Vehicle) => v.claimed.year,
		decoded: (v: Vehicle) => v.decoded.year,
	},
	{
		metric: "make",
		name: "Make",
		claimed: (v: Vehicle) => v.claimed.make,
		decoded: (v: Vehicle) => v.decoded.make,
	},
	{
		metric: "model",
		name: "Model",
		claimed: (v: Vehicle) => v.claimed.model,
		decoded: (v: Vehicle) => v.decoded.model,
	},
	{
		metric: "trim",
		name: "Trim",
		claimed: (v: Vehicle) => v.claimed.trim,
		decoded: (v: Vehicle) => v.decoded.trim,
	},
	{
		metric: "body",
		name: "Body",
		claimed: (v: Vehicle) => v.claimed.bodyClass,
		decoded: (v: Vehicle) => v.decoded.bodyClass,
	},
	{
		metric: "fuel",
		name: "Fuel",
		claimed: (v: Vehicle) => v.claimed.fuel,
		decoded: (v: Vehicle) => v.decoded.fuel,
	},
	{
		metric: "drive",
		name: "Drive",
		claimed: (v: Vehicle) => v.claimed.drive,
		decoded: (v: Vehicle) => v.decoded.drive,
	},
	{
		metric: "transmission",
		name: "Transmission",
		claimed: (v: Vehicle) => v.claimed.transmission,
		decoded: (v: Vehicle) => v.decoded.transmission,
	},
];

/** What the seller says beside what the VIN says; the hub's rules, not equal letters, say whether they agree. */
export function Claims({ vehicle: v, findings }: { vehicle: Vehicle; findings: Finding[] }) {
	const verdicts = new Map(findings.filter((f) => f.kind === "claim").map((f) => [f.metric, f]));
	const rows = fields.filter((f) => f.claimed(v));
	if (rows.length === 0) return null;
	return (
		<Card withBorder component="section" aria-label="Claimed and decoded">
			<Title order={2} size="h5" mb="xs">
				Claimed and decoded
			</Title>
			<Table className={classes.table} verticalSpacing={5} horizontalSpacing={6}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th scope="col">Field</Table.Th>
						<Table.Th scope="col">
							Claimed <Origin kind="claimed" detail={v.claimed.source && `Claimed by ${v.claimed.source}`} />
						</Table.Th>
						<Table.Th scope="col">
							Decoded <Origin kind="decoded" />
						</Table.Th>
						<Table.Th scope="col">Verdict</Table.Th>
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
								<Table.Th scope="row">{f.name}</Table.Th>
								<Table.Td>{f.claimed(v)}</Table.Td>
								<Table.Td>
									{f.decoded(v) || (
										<Text span size="sm" c="dimmed">
											not reported
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
					Claimed by {v.claimed.source}.
				</Text>
			)}
		</Card>
	);
}

/** The verdict with a glyph and a word, never a colour alone. */
function Verdict({ finding: f }: { finding?: Finding }) {
	if (f?.direction === "agrees") {
		return (
			<span className={classes.verdict}>
				<IconCheck size={14} aria-hidden /> agrees
			</span>
		);
	}
	if (f?.direction === "differs") {
		const hard = f.severity === "critical";
		return (
			<span className={classes.verdict} data-differs={f.severity}>
				<IconAlertTriangle size={14} aria-hidden /> {hard ? "differs" : "may differ"}
			</span>
		);
	}
	return (
		<span className={classes.verdict} data-untestable>
			<IconQuestionMark size={14} aria-hidden /> not in VIN
		</span>
	);
}
