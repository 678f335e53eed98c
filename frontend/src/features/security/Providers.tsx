import { Button, Group, Skeleton, Stack, Switch, Text, Title } from "@mantine/core";
import { IconCheck, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Sure } from "../../components/access/Dialog";
import { Once } from "../../components/access/Once";
import { Part } from "../../components/access/Part";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import {
	entryOf,
	providersQuery,
	removeProvider,
	type SignInProvider,
	saveProvider,
	testProvider,
} from "./api";
import { m } from "./messages";
import { ProviderForm } from "./ProviderForm";
import classes from "./security.module.css";

/** The providers by which people may sign in. */
export function Providers() {
	const say = useSay();
	const q = useQuery(providersQuery);
	const [open, setOpen] = useState<SignInProvider | "new">();
	const close = () => setOpen(undefined);
	return (
		<Part title={say(m.providers)} about={say(m.providersAbout)}>
			{q.error && <FailureNote error={q.error} title={say(m.providersFailed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton height={60} aria-label={say(m.loading)} />}
			{q.data?.length === 0 && <Text c="dimmed">{say(m.none)}</Text>}
			{q.data?.map((p) => (
				<One key={p.id} of={p} onEdit={() => setOpen(p)} />
			))}
			<Group mt="sm">
				<Button
					variant="default"
					leftSection={<IconPlus size={16} aria-hidden />}
					onClick={() => setOpen("new")}
				>
					{say(m.add)}
				</Button>
			</Group>
			<Dialog
				opened={open !== undefined}
				onClose={close}
				title={open && open !== "new" ? say(m.editTitle, { name: open.name }) : say(m.addTitle)}
				size="lg"
			>
				{open && <ProviderForm of={open === "new" ? undefined : open} onDone={close} />}
			</Dialog>
		</Part>
	);
}

function One({ of: p, onEdit }: { of: SignInProvider; onEdit: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const [removing, setRemoving] = useState(false);
	const again = () => client.invalidateQueries({ queryKey: providersQuery.queryKey });
	const test = useMutation({ mutationFn: () => testProvider(p) });
	const flip = useMutation({
		mutationFn: () => saveProvider(p, { ...entryOf(p), enabled: !p.enabled }),
		onSettled: again,
	});
	const remove = useMutation({
		mutationFn: () => removeProvider(p),
		onSuccess: () => offer(say, say(m.removed, { name: p.name })),
		onSettled: again,
	});
	return (
		<section className={classes.provider} aria-label={p.name}>
			<Group justify="space-between" align="flex-start" gap="sm">
				<div>
					<Title order={3} size="h6">
						{p.name}
					</Title>
					<Text size="sm" c="dimmed">
						{[
							p.issuer,
							say(p.hasSecret ? m.secretKept : m.noSecret),
							say(m.mapped, { n: p.mapping.length }),
						].join(" · ")}
					</Text>
				</div>
				<Group gap="xs">
					<Button
						size="compact-sm"
						variant="default"
						loading={test.isPending}
						onClick={() => test.mutate()}
						title={say(m.testAbout)}
						aria-label={say(m.testOf, { name: p.name })}
					>
						{say(m.test)}
					</Button>
					<Button
						size="compact-sm"
						variant="default"
						onClick={onEdit}
						aria-label={say(m.editOf, { name: p.name })}
					>
						{say(m.edit)}
					</Button>
					<Button
						size="compact-sm"
						variant="subtle"
						color="gray"
						onClick={() => setRemoving(true)}
						aria-label={say(m.removeOf, { name: p.name })}
					>
						{say(m.remove)}
					</Button>
				</Group>
			</Group>
			<Stack gap="sm" mt="sm">
				{test.data && (
					<Text size="sm" c="var(--hub-good)" role="status">
						<IconCheck size={16} aria-hidden style={{ verticalAlign: "-3px" }} />{" "}
						{say(m.works, { name: p.name })}
					</Text>
				)}
				{test.error && <FailureNote error={test.error} title={say(m.notAnswered, { name: p.name })} />}
				<Switch
					checked={p.enabled}
					disabled={flip.isPending}
					onChange={() => flip.mutate()}
					label={say(m.on)}
					aria-label={say(m.onOf, { name: p.name })}
				/>
				{flip.error && <FailureNote error={flip.error} title={say(m.notChanged)} />}
				<Once label={say(m.callback)} value={p.callback} />
			</Stack>
			<Dialog
				opened={removing}
				onClose={() => setRemoving(false)}
				title={say(m.removeTitle, { name: p.name })}
			>
				<Sure
					about={<Text size="sm">{say(m.removeAbout)}</Text>}
					action={say(m.removeOf, { name: p.name })}
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
