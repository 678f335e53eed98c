import { Badge, Button, Checkbox, Group, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { type Column, type Intake, type IntakeFile, type Mapping, previewQuery, updateFile } from "./api";
import classes from "./lists.module.css";
import { m } from "./messages";
import { letter, targetNames } from "./words";

/** How each column of each file is read. */
export function Columns({ of: i }: { of: Intake }) {
	const say = useSay();
	return (
		<Stack gap="xl">
			<Text c="dimmed">{say(m.columnsAbout)}</Text>
			{i.files.map((f) => (
				<FileColumns key={`${f.n}${JSON.stringify(f.mapping)}`} intake={i} of={f} />
			))}
		</Stack>
	);
}

/** Below this a guess is marked. */
const unsure = 60;

function FileColumns({ intake, of: f }: { intake: Intake; of: IntakeFile }) {
	const say = useSay();
	const client = useQueryClient();
	const navigate = useNavigate({ from: "/lists/$id" });
	const preview = useQuery(previewQuery(intake.id, f.n, f.table.sheet ?? ""));
	const known = new Map(f.mapping.columns.map((c) => [c.index, c]));
	const [columns, setColumns] = useState<Column[]>(() =>
		f.table.columns.map(
			(header, index) => known.get(index) ?? { index, header, target: "skip", percent: 100 },
		),
	);
	const [remember, setRemember] = useState(f.remembered ?? false);
	const set = (index: number, part: Partial<Column>) =>
		setColumns((old) =>
			old.map((c) => (c.index === index ? { ...c, ...part, percent: 100, why: undefined } : c)),
		);
	const save = useMutation({
		mutationFn: (mapping: Mapping) => updateFile(intake.id, f.n, { mapping, remember }),
		onSuccess: async () => {
			const before = f.mapping;
			await client.invalidateQueries({ queryKey: ["intakes"] });
			offer(say, say(m.applied), async () => {
				await updateFile(intake.id, f.n, { mapping: before });
				await client.invalidateQueries({ queryKey: ["intakes"] });
			});
			void navigate({ search: {} });
		},
	});
	const choices = [
		{ value: "skip", label: say(m.skip) },
		...Object.entries(targetNames).map(([value, name]) => ({ value, label: say(name) })),
		{ value: "custom", label: say(m.custom, { name: "…" }) },
	];
	return (
		<section aria-label={f.name}>
			{intake.files.length > 1 && (
				<Title order={2} size="h4" mb="xs" className={classes.name}>
					{f.name}
				</Title>
			)}
			<div className={classes.scroll}>
				<Table verticalSpacing={6} className={classes.columns}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th scope="col">{say(m.column)}</Table.Th>
							<Table.Th scope="col">{say(m.readAs)}</Table.Th>
							<Table.Th scope="col">{say(m.samples)}</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{columns.map((c) => {
							const name = c.header || say(m.noHeader, { letter: letter(c.index) });
							return (
								<Table.Tr key={c.index}>
									<Table.Th scope="row">{name}</Table.Th>
									<Table.Td>
										<Group gap="xs" align="flex-start">
											<Select
												aria-label={`${say(m.readAs)}: ${name}`}
												data={choices}
												value={c.target}
												onChange={(to) =>
													to &&
													set(c.index, {
														target: to,
														name: to === "custom" ? c.name || c.header || name : undefined,
													})
												}
												allowDeselect={false}
												searchable
												size="sm"
												miw={200}
											/>
											{c.target === "custom" && (
												<TextInput
													aria-label={say(m.custom, { name })}
													value={c.name ?? ""}
													onChange={(e) => set(c.index, { name: e.currentTarget.value })}
													size="sm"
													maxLength={60}
												/>
											)}
											{c.target === "odometer" && (
												<Select
													aria-label={`${say(m.odometer)}: ${name}`}
													data={["mi", "km"]}
													value={c.unit || f.mapping.distanceUnit || "mi"}
													onChange={(to) => to && set(c.index, { unit: to as "mi" | "km" })}
													allowDeselect={false}
													size="sm"
													w={80}
												/>
											)}
										</Group>
										{c.target !== "skip" && c.percent < 100 && (
											<Badge
												mt={4}
												size="sm"
												variant="light"
												tt="none"
												color={c.percent < unsure ? "orange" : "gray"}
												title={c.why}
											>
												{say(c.percent < unsure ? m.unsure : m.sure, { percent: c.percent })}
											</Badge>
										)}
									</Table.Td>
									<Table.Td className={classes.samples}>
										{(preview.data?.rows ?? [])
											.slice(0, 3)
											.map((r) => r[c.index])
											.filter(Boolean)
											.join(" · ")}
									</Table.Td>
								</Table.Tr>
							);
						})}
					</Table.Tbody>
				</Table>
			</div>
			<Group mt="sm" gap="md">
				<Button
					loading={save.isPending}
					onClick={() =>
						save.mutate({
							...f.mapping,
							columns: columns.filter((c) => c.target !== "skip" || known.has(c.index)),
						})
					}
				>
					{say(m.apply)}
				</Button>
				<Checkbox
					label={say(m.rememberMapping)}
					checked={remember}
					onChange={(e) => setRemember(e.currentTarget.checked)}
				/>
			</Group>
			{save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
		</section>
	);
}
