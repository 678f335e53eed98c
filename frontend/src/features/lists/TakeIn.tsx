import { Button, Checkbox, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { commit, type Intake, rowsQuery, type Status, statuses } from "./api";
import { m } from "./messages";
import { statusNames } from "./words";

const usual: Status[] = ["ready", "mismatch", "short", "existing"];

/** Takes rows into the hub: which, and what of vehicles that are here. */
export function TakeIn({ of: i }: { of: Intake }) {
	const say = useSay();
	const client = useQueryClient();
	const [opened, dialog] = useDisclosure(false);
	const q = useQuery({ ...rowsQuery(i.id, {}, 0), enabled: opened });
	const [take, setTake] = useState<Status[]>(usual);
	const [policy, setPolicy] = useState<"fill" | "overwrite" | "ask">("fill");
	const counts = q.data?.counts.status ?? {};
	const n = statuses.reduce((sum, s) => sum + (take.includes(s) ? (counts[s] ?? 0) : 0), 0);
	const start = useMutation({
		mutationFn: () => commit(i.id, policy, take),
		onSuccess: async () => {
			dialog.close();
			await client.invalidateQueries({ queryKey: ["jobs"] });
			await client.invalidateQueries({ queryKey: ["intakes"] });
		},
	});
	return (
		<>
			<Button onClick={dialog.open}>{say(m.takeIn)}</Button>
			<Modal
				opened={opened}
				onClose={dialog.close}
				title={say(m.takeTitle, { name: i.name })}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				<Stack gap="md">
					<Text size="sm">{say(m.takeAbout)}</Text>
					<Checkbox.Group label={say(m.takeWhich)} value={take} onChange={(to) => setTake(to as Status[])}>
						<Stack gap={6} mt={6}>
							{statuses
								.filter((s) => (counts[s] ?? 0) > 0)
								.map((s) => (
									<Checkbox
										key={s}
										value={s}
										label={`${say(statusNames[s])} (${say.number(counts[s] ?? 0, 0)})`}
									/>
								))}
						</Stack>
					</Checkbox.Group>
					{take.includes("existing") && (counts.existing ?? 0) > 0 && (
						<Radio.Group
							label={say(m.policy)}
							value={policy}
							onChange={(to) => setPolicy(to as "fill" | "overwrite" | "ask")}
						>
							<Stack gap={6} mt={6}>
								<Radio value="fill" label={say(m.policyFill)} />
								<Radio value="overwrite" label={say(m.policyOverwrite)} />
								<Radio value="ask" label={say(m.policyAsk)} />
							</Stack>
						</Radio.Group>
					)}
					{start.error && <FailureNote error={start.error} title={say(m.notTaken)} />}
					<Group justify="flex-end" gap="sm">
						<Button variant="default" onClick={dialog.close}>
							{say(m.cancel)}
						</Button>
						<Button
							onClick={() => start.mutate()}
							loading={start.isPending || (opened && !q.data?.done && !q.error)}
							disabled={n === 0}
							data-autofocus
						>
							{say(m.takeNow, { n })}
						</Button>
					</Group>
				</Stack>
			</Modal>
		</>
	);
}
