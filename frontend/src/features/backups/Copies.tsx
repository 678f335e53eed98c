import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Sure } from "../../components/access/Dialog";
import { Once } from "../../components/access/Once";
import { Part } from "../../components/access/Part";
import { Row, Rows } from "../../components/access/Rows";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type Copied, copiesQuery, removeCopy } from "./api";
import classes from "./backups.module.css";
import { quoted } from "./command";
import { restoreText as m } from "./messages";

/** The stores that were restored beside this one: what is in them, and how to switch to one. */
export function Copies() {
	const say = useSay();
	const q = useQuery(copiesQuery);
	if (q.error) return <FailureNote error={q.error} title={say(m.copiesFailed)} onRetry={() => q.refetch()} />;
	if (!q.data || q.data.length === 0) return null;
	return (
		<Part title={say(m.copies)}>
			{q.data.map((c) => (
				<Copy key={c.name} of={c} />
			))}
		</Part>
	);
}

function Copy({ of: c }: { of: Copied }) {
	const say = useSay();
	const client = useQueryClient();
	const owns = useMay("organisation.manage");
	const [all, setAll] = useState(false);
	const [removing, setRemoving] = useState(false);
	const called = say(m.copyName, { backup: c.backup, at: say.moment(c.time) });
	const differ = c.counts.filter((x) => x.here !== x.there);
	const shown = all ? c.counts : differ;
	const head = [say(m.collection), say(m.there), say(m.here), say(m.difference)];
	const remove = useMutation({
		mutationFn: () => removeCopy(c.name),
		onSuccess: () => offer(say, say(m.removed)),
		onSettled: () => client.invalidateQueries({ queryKey: copiesQuery.queryKey }),
	});
	return (
		<section className={classes.copy} aria-label={called}>
			<Group justify="space-between" align="flex-start" gap="sm">
				<div>
					<Title order={3} size="h6">
						{called}
					</Title>
					<Text size="xs" c="dimmed">
						{[say(m.copyMade, { at: say.moment(c.made) }), say(m.copyIn, { path: c.path })].join(" · ")}
					</Text>
				</div>
				{owns && (
					<Button
						size="compact-sm"
						variant="subtle"
						color="red"
						onClick={() => setRemoving(true)}
						aria-label={say(m.removeOf, { name: called })}
					>
						{say(m.remove)}
					</Button>
				)}
			</Group>
			<Text size="sm" role="status">
				{differ.length === 0 ? say(m.sameCounts) : say(m.otherCounts, { n: differ.length })}
			</Text>
			{c.lost > 0 && (
				<Text size="sm" c="var(--hub-warn)">
					{say(m.lost, { n: c.lost })}
				</Text>
			)}
			{shown.length > 0 && (
				<Rows label={say(m.countsOf, { name: called })} head={head}>
					{shown.map((x) => (
						<Row
							key={x.collection}
							head={head}
							cells={[
								x.collection.replaceAll("_", " "),
								say.number(x.there),
								say.number(x.here),
								x.there === x.here
									? ""
									: `${x.there > x.here ? "+" : "−"}${say.number(Math.abs(x.there - x.here))}`,
							]}
						/>
					))}
				</Rows>
			)}
			<div>
				<Button size="compact-sm" variant="subtle" onClick={() => setAll(!all)} aria-expanded={all}>
					{say(all ? m.fewerCounts : m.allCounts)}
				</Button>
			</div>
			<Stack gap="sm">
				<Once label={say(m.look)} value={`hubcap serve --data ${quoted(c.path)} --listen 127.0.0.1:0`} />
				<div>
					<Once label={say(m.switch)} value={c.command} />
					<Text size="xs" c="dimmed" mt={4}>
						{say(m.switchAbout)}
					</Text>
				</div>
			</Stack>
			<Dialog opened={removing} onClose={() => setRemoving(false)} title={say(m.removeTitle)}>
				<Sure
					about={
						<Text size="sm" style={{ overflowWrap: "anywhere" }}>
							{say(m.removeAbout, { path: c.path })}
						</Text>
					}
					action={say(m.remove)}
					failed={say(m.notRemoved)}
					error={remove.error}
					pending={remove.isPending}
					onDo={() => remove.mutate()}
					onKeep={() => setRemoving(false)}
				/>
			</Dialog>
		</section>
	);
}
