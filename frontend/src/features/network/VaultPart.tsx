import { Button, Code, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Sure } from "../../components/access/Dialog";
import { Part } from "../../components/access/Part";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { useMay } from "../../lib/session";
import { rotateVault, vaultQuery } from "./api";
import { m } from "./messages";
import classes from "./network.module.css";

const wheres = { file: m.file, environment: m.environment, keyring: m.keyring };

/** Where the key is that seals what is secret, and a change of it. */
export function VaultPart() {
	const say = useSay();
	const client = useQueryClient();
	const q = useQuery(vaultQuery);
	const may = useMay("organisation.manage");
	const [open, setOpen] = useState(false);
	const rotate = useMutation({
		mutationFn: rotateVault,
		onSuccess: () => setOpen(false),
		onSettled: () => client.invalidateQueries({ queryKey: vaultQuery.queryKey }),
	});
	if (q.error) return <FailureNote error={q.error} title={say(m.vaultFailed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={140} aria-label={say(m.loading)} />;
	const done = rotate.data;
	return (
		<Part title={say(m.vault)} about={say(m.vaultAbout)}>
			<dl className={classes.facts}>
				<dt>{say(m.where)}</dt>
				<dd>{say(wheres[q.data.where])}</dd>
				<dt>{say(m.keys, { n: q.data.keys.length })}</dt>
				<dd>
					{q.data.keys.map((k) => (
						<Code key={k} mr={6}>
							{k}
						</Code>
					))}
				</dd>
			</dl>
			{q.data.keys.length > 1 && !done && (
				<Text size="sm" c="var(--hub-warn)" mt="xs">
					{say(m.changing)}
				</Text>
			)}
			{done && (
				<Stack gap={2} role="status">
					<Text size="sm" mt="sm">
						{say(m.rotated, { n: done.resealed })}
					</Text>
					{done.retired.length > 0 && (
						<Text size="sm">{say(m.retired, { keys: say.list(done.retired) })}</Text>
					)}
					{done.remedy && <Text size="sm">{sentence(done.remedy)}</Text>}
				</Stack>
			)}
			{may && (
				<Group mt="sm">
					<Button variant="default" onClick={() => setOpen(true)}>
						{say(m.rotate)}
					</Button>
				</Group>
			)}
			<Dialog opened={open} onClose={() => setOpen(false)} title={say(m.rotateTitle)}>
				<Sure
					about={<Text size="sm">{say(m.rotateAbout)}</Text>}
					action={say(m.rotate)}
					danger={false}
					failed={say(m.notRotated)}
					error={rotate.error}
					pending={rotate.isPending}
					onDo={() => rotate.mutate()}
					onKeep={() => setOpen(false)}
				/>
			</Dialog>
		</Part>
	);
}
