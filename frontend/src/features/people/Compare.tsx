import { Checkbox, Group, NativeSelect, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { capital } from "../../components/access/words";
import { FailureNote } from "../../components/FailureNote";
import type { Role } from "../../lib/people";
import { useSay } from "../../lib/say";
import { compareQuery } from "./api";
import { roles as m } from "./messages";
import classes from "./people.module.css";

/** Two roles side by side: first only where they differ. */
export function Compare({ roles }: { roles: Role[] }) {
	const say = useSay();
	const [first, setFirst] = useState(roles.find((r) => !r.template)?.id ?? "sales");
	const [second, setSecond] = useState(
		roles.find((r) => r.id === "manager" && r.id !== first)?.id ?? "owner",
	);
	const [all, setAll] = useState(false);
	const q = useQuery(compareQuery(first, second));
	const options = roles.map((r) => ({ value: r.id, label: r.name }));
	const name = (id: string) => roles.find((r) => r.id === id)?.name ?? "";
	const differing = q.data?.filter((c) => c.first !== c.second) ?? [];
	const shown = all ? (q.data ?? []) : differing;
	return (
		<Stack gap="md">
			<Group grow preventGrowOverflow={false} gap="sm">
				<NativeSelect
					label={say(m.first)}
					value={first}
					data={options}
					onChange={(e) => setFirst(e.currentTarget.value)}
					data-autofocus
				/>
				<NativeSelect
					label={say(m.second)}
					value={second}
					data={options}
					onChange={(e) => setSecond(e.currentTarget.value)}
				/>
			</Group>
			{first === second && <Text c="dimmed">{say(m.same)}</Text>}
			{q.error && <FailureNote error={q.error} title={say(m.compareFailed)} onRetry={() => q.refetch()} />}
			{first !== second && q.isPending && !q.error && <Skeleton height={160} aria-label={say(m.loading)} />}
			{first !== second && q.data && (
				<>
					<Text size="sm" role="status">
						{say(m.differing, { n: differing.length })}
					</Text>
					{shown.length > 0 && (
						<Table aria-label={say(m.compare)}>
							<Table.Thead>
								<Table.Tr>
									<Table.Th scope="col">{say(m.permission)}</Table.Th>
									<Table.Th scope="col">{name(first)}</Table.Th>
									<Table.Th scope="col">{name(second)}</Table.Th>
								</Table.Tr>
							</Table.Thead>
							<Table.Tbody>
								{shown.map((c) => (
									<Table.Tr key={c.permission}>
										<Table.Th scope="row" fw={400}>
											{capital(c.may)}
										</Table.Th>
										<Table.Td>
											<Side may={c.first} />
										</Table.Td>
										<Table.Td>
											<Side may={c.second} />
										</Table.Td>
									</Table.Tr>
								))}
							</Table.Tbody>
						</Table>
					)}
					{q.data.length > differing.length && (
						<Checkbox
							label={say(m.alike, { n: q.data.length - differing.length })}
							checked={all}
							onChange={(e) => setAll(e.currentTarget.checked)}
						/>
					)}
				</>
			)}
		</Stack>
	);
}

function Side({ may }: { may: boolean }) {
	const say = useSay();
	return (
		<span className={`${classes.side} ${may ? classes.yes : classes.no}`}>
			{may ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
			{say(may ? m.yes : m.no)}
		</span>
	);
}
