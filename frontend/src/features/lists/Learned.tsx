import { Accordion, Button, Group, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { acceptAlias, aliasesQuery, type Field, removeAlias, removeTemplate, templatesQuery } from "./api";
import classes from "./lists.module.css";
import { m } from "./messages";
import { fieldName } from "./words";

/** What lists have taught: words that were accepted, and mappings that are used again. */
export function Learned() {
	const say = useSay();
	const words = useQuery(aliasesQuery);
	const mappings = useQuery(templatesQuery);
	const client = useQueryClient();
	const refresh = () => client.invalidateQueries({ queryKey: ["intakes"] });
	if (!words.data?.length && !mappings.data?.length) return null;
	return (
		<Accordion variant="separated" mt="xl">
			{(words.data?.length ?? 0) > 0 && (
				<Accordion.Item value="words">
					<Accordion.Control>{say(m.acceptedWords, { n: words.data?.length })}</Accordion.Control>
					<Accordion.Panel>
						<Table verticalSpacing={6}>
							<Table.Tbody>
								{words.data?.map((a) => (
									<Forgettable
										key={a.id}
										name={a.said}
										forget={() => removeAlias(a.id)}
										back={() =>
											acceptAlias({ field: a.field as Field, make: a.make, said: a.said, means: a.means })
										}
										onDone={refresh}
									>
										<Text size="sm">
											{say(m.acceptedWord, {
												field: say(fieldName(a.field), { name: a.field }),
												said: a.said,
												means: a.means,
											})}{" "}
											{a.make && (
												<Text span size="xs" c="dimmed">
													{a.make}
												</Text>
											)}
										</Text>
									</Forgettable>
								))}
							</Table.Tbody>
						</Table>
					</Accordion.Panel>
				</Accordion.Item>
			)}
			{(mappings.data?.length ?? 0) > 0 && (
				<Accordion.Item value="mappings">
					<Accordion.Control>{say(m.rememberedMappings, { n: mappings.data?.length })}</Accordion.Control>
					<Accordion.Panel>
						<Table verticalSpacing={6}>
							<Table.Tbody>
								{mappings.data?.map((t) => (
									<Forgettable key={t.id} name={t.name} forget={() => removeTemplate(t.id)} onDone={refresh}>
										<Text size="sm">{t.name}</Text>
										<Text size="xs" c="dimmed">
											{t.mapping.columns.map((c) => c.header).join(", ")}
										</Text>
									</Forgettable>
								))}
							</Table.Tbody>
						</Table>
					</Accordion.Panel>
				</Accordion.Item>
			)}
		</Accordion>
	);
}

function Forgettable(props: {
	name: string;
	forget: () => Promise<unknown>;
	back?: () => Promise<unknown>;
	onDone: () => Promise<unknown>;
	children: ReactNode;
}) {
	const say = useSay();
	const forget = useMutation({
		mutationFn: props.forget,
		onSuccess: async () => {
			await props.onDone();
			const { back } = props;
			offer(
				say,
				say(m.forgotten, { name: props.name }),
				back &&
					(async () => {
						await back();
						await props.onDone();
					}),
			);
		},
	});
	return (
		<Table.Tr>
			<Table.Td className={classes.name}>
				{props.children}
				{forget.error && <FailureNote error={forget.error} title={say(m.notForgotten)} />}
			</Table.Td>
			<Table.Td>
				<Group justify="flex-end">
					<Button
						size="compact-sm"
						variant="subtle"
						color="gray"
						loading={forget.isPending}
						onClick={() => forget.mutate()}
						aria-label={say(m.forgetOf, { name: props.name })}
					>
						{say(m.forget)}
					</Button>
				</Group>
			</Table.Td>
		</Table.Tr>
	);
}
