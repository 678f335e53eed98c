import { Badge, Button, Card, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { usePull } from "./AddModel";
import { adviceQuery, registryQuery } from "./api";
import { m } from "./messages";
import { bytes } from "./words";

/** Which models this machine carries, the best first. */
export function Advised({ here }: { here: string[] }) {
	const say = useSay();
	const advice = useQuery(adviceQuery);
	const registry = useQuery(registryQuery);
	const act = usePull();
	if (advice.error) return <FailureNote error={advice.error} onRetry={() => advice.refetch()} />;
	const fits = (advice.data ?? []).filter((a) => a.fits && !here.includes(a.name));
	const rest = (advice.data ?? []).filter((a) => !a.fits);
	if (fits.length === 0 && rest.length === 0) return null;
	const set = registry.data !== undefined && registry.data.value !== "";
	return (
		<Card withBorder component="section" aria-label={say(m.advice)} padding="md">
			<Title order={2} size="h4">
				{say(m.advice)}
			</Title>
			<Text size="sm" c="dimmed">
				{say(m.adviceAbout)}
			</Text>
			{act.error && <FailureNote error={act.error} title={say(m.notPulled)} />}
			<Table.ScrollContainer minWidth={440}>
				<Table aria-label={say(m.advice)} verticalSpacing={6}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th scope="col">{say(m.model)}</Table.Th>
							<Table.Th scope="col">{say(m.why)}</Table.Th>
							<Table.Th scope="col">{say(m.licence)}</Table.Th>
							{set && <Table.Th scope="col">{say(m.action)}</Table.Th>}
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{fits.map((a) => (
							<Table.Tr key={a.name}>
								<Table.Th scope="row" fw={550}>
									{a.title}{" "}
									{a.best && (
										<Badge size="sm" variant="light" tt="none">
											{say(m.best)}
										</Badge>
									)}
									<Text size="xs" c="dimmed" fw={400}>
										{say(m.download, { size: bytes(a.bytes, say) })}
									</Text>
								</Table.Th>
								<Table.Td>{a.why}</Table.Td>
								<Table.Td>{a.licence}</Table.Td>
								{set && (
									<Table.Td>
										<Button
											size="compact-sm"
											variant="default"
											loading={act.isPending && act.variables === a.name}
											onClick={() => act.mutate(a.name)}
											aria-label={say(m.pullOf, { title: a.title })}
										>
											{say(m.pull)}
										</Button>
									</Table.Td>
								)}
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			{rest.length > 0 && (
				<details>
					<summary>
						<Text span size="sm">
							{say(m.tooBig, { n: rest.length })}
						</Text>
					</summary>
					{rest.map((a) => (
						<Text key={a.name} size="sm" mt={4}>
							<b>{a.title}</b>: {a.why}
						</Text>
					))}
				</details>
			)}
		</Card>
	);
}
