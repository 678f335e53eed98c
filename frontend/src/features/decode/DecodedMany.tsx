import { Alert, Badge, Loader, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { count } from "../../lib/format";
import { decodeManyQuery } from "./api";

/** Many VINs pasted at once: one row each, in the order pasted. */
export function DecodedMany({ vins, onOpen }: { vins: string[]; onOpen: (vin: string) => void }) {
	const q = useQuery(decodeManyQuery(vins));
	if (q.error) return <FailureNote error={q.error} title="The list could not be decoded" />;
	if (!q.data) return <Loader aria-label="Decoding" />;
	return (
		<section aria-label="Results">
			<Title order={2} size="h4" mb="xs">
				{count(vins.length, "VIN")}, {count(q.data.filter((r) => !r.clean).length, "remark")}
			</Title>
			{vins.length === 1000 && (
				<Alert color="blue" mb="sm">
					Only the first 1,000 VINs of the paste are shown.
				</Alert>
			)}
			<Table.ScrollContainer minWidth={560}>
				<Table highlightOnHover stickyHeader={false}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th scope="col">VIN</Table.Th>
							<Table.Th scope="col">Vehicle</Table.Th>
							<Table.Th scope="col">Verdict</Table.Th>
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
								<Table.Td>{r.title === r.vin ? <Text c="dimmed">unknown</Text> : r.title}</Table.Td>
								<Table.Td>
									{r.clean ? (
										<Badge color="green" variant="light">
											clean
										</Badge>
									) : (
										<Text size="sm">{r.errors[0]?.text}</Text>
									)}
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
		</section>
	);
}
