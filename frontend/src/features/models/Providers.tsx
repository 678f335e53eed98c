import { Button, Card, Checkbox, Group, Modal, Skeleton, Stack, Switch, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { bytes } from "../../lib/bytes";
import { useSay } from "../../lib/say";
import {
	entryOf,
	offersOf,
	type Provider,
	type ProviderEntry,
	providersQuery,
	removeProvider,
	saveProvider,
} from "./api";
import { providers as m } from "./messages";
import classes from "./models.module.css";
import { ProviderForm } from "./ProviderForm";

/** The places where other models are asked. */
export function Providers() {
	const say = useSay();
	const q = useQuery(providersQuery);
	const [editing, setEditing] = useState<Provider | "new">();
	const close = () => setEditing(undefined);
	const title = editing && (editing === "new" ? say(m.addTitle) : say(m.editTitle, { name: editing.name }));
	return (
		<Stack gap="md">
			<Group justify="space-between" align="flex-start" gap="sm">
				<Text maw={680}>{say(m.about)}</Text>
				<Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing("new")}>
					{say(m.add)}
				</Button>
			</Group>
			{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton height={160} aria-label={say(m.loading)} />}
			{q.data?.length === 0 && <Text c="dimmed">{say(m.none)}</Text>}
			{q.data?.map((p) => (
				<ProviderCard key={p.id} of={p} onEdit={() => setEditing(p)} />
			))}
			<Modal
				opened={editing !== undefined}
				onClose={close}
				title={title}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				{editing && <ProviderForm of={editing === "new" ? undefined : editing} onDone={close} />}
			</Modal>
		</Stack>
	);
}

const kinds = { ollama: m.ollama, openai: m.openai };
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url);
/** The hub decides by the same rule what is away: see route.ownMachine. */
const isHere = (url: string) =>
	URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

function useSaved() {
	const client = useQueryClient();
	return () =>
		Promise.all([["providers"], ["engines"]].map((queryKey) => client.invalidateQueries({ queryKey })));
}

function ProviderCard({ of: p, onEdit }: { of: Provider; onEdit: () => void }) {
	const say = useSay();
	const saved = useSaved();
	const [removing, setRemoving] = useState(false);
	const host = hostOf(p.url);
	const change = useMutation({
		mutationFn: (part: Partial<ProviderEntry>) => saveProvider(p, { ...entryOf(p), ...part }),
		onSettled: saved,
	});
	const remove = useMutation({
		mutationFn: () => removeProvider(p),
		onSuccess: () => {
			setRemoving(false);
			notifications.show({ message: say(m.removed, { name: p.name }) });
		},
		onSettled: saved,
	});
	return (
		<Card withBorder component="section" aria-label={p.name} padding="md">
			<Group justify="space-between" align="flex-start" gap="sm">
				<div className={classes.title}>
					<Title order={2} size="h5">
						{p.name}
					</Title>
					<Text size="sm" c="dimmed">
						{[say(kinds[p.kind]), p.url, say(p.hasKey ? m.keyStored : m.keyless)].join(" · ")}
					</Text>
				</div>
				<Group gap="xs">
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
			<Offers of={p} onPick={(models) => change.mutateAsync({ models })} host={host} />
			<Switch
				mt="md"
				checked={p.enabled}
				disabled={change.isPending}
				onChange={(e) => change.mutate({ enabled: e.currentTarget.checked })}
				label={say(m.on)}
				aria-label={say(m.onOf, { name: p.name })}
				description={p.enabled ? say(isHere(p.url) ? m.onHere : m.onAway, { host }) : say(m.off)}
			/>
			{p.enabled && p.models.length > 0 && (
				<Text size="sm" mt="xs">
					{say(m.next)}
				</Text>
			)}
			{change.error && <FailureNote error={change.error} title={say(m.notSwitched)} />}
			<Modal
				opened={removing}
				onClose={() => setRemoving(false)}
				title={say(m.removeTitle, { name: p.name })}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				<Stack gap="md">
					<Text size="sm">{say(m.removeAbout)}</Text>
					{remove.error && <FailureNote error={remove.error} title={say(m.notRemoved)} />}
					<Group justify="flex-end" gap="xs">
						<Button variant="default" onClick={() => setRemoving(false)} data-autofocus>
							{say(m.keep)}
						</Button>
						<Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
							{say(m.removeOf, { name: p.name })}
						</Button>
					</Group>
				</Stack>
			</Modal>
		</Card>
	);
}

/** The test of a provider: it lists its models, and those to be asked are picked. */
function Offers(props: { of: Provider; host: string; onPick: (models: string[]) => Promise<unknown> }) {
	const say = useSay();
	const { of: p, host } = props;
	const test = useMutation({ mutationFn: () => offersOf(p.id), onSuccess: () => setPicked(p.models) });
	const [picked, setPicked] = useState(p.models);
	const [saving, setSaving] = useState(false);
	// Picked before, and not offered any more: it stays to be seen and taken out.
	const offers = [
		...(test.data ?? []),
		...p.models.filter((x) => !test.data?.some((o) => o.name === x)).map((name) => ({ name, bytes: 0 })),
	];
	const save = async () => {
		setSaving(true);
		try {
			await props.onPick(picked);
			notifications.show({ message: say(m.picked, { n: picked.length, name: p.name }), autoClose: 4_000 });
			test.reset();
		} catch {
			// The card says why it was not saved.
		} finally {
			setSaving(false);
		}
	};
	return (
		<Stack gap="xs" mt="sm">
			{!test.data && (
				<Text size="sm">
					{p.models.length === 0 ? say(m.noPicked) : say(m.pickedList, { models: say.list(p.models) })}
				</Text>
			)}
			<Group gap="sm">
				<Button
					size="compact-sm"
					variant="default"
					loading={test.isPending}
					onClick={() => test.mutate()}
					aria-label={say(m.testOf, { name: p.name })}
				>
					{say(m.test)}
				</Button>
				<Text size="xs" c="dimmed">
					{say(m.testAbout, { host })}
				</Text>
			</Group>
			{test.error && <FailureNote error={test.error} title={say(m.notAnswered, { name: p.name })} />}
			{test.data && (
				<>
					<Text size="sm" role="status">
						{say(m.offers, { n: test.data.length })}
					</Text>
					<Checkbox.Group value={picked} onChange={setPicked} aria-label={say(m.pick, { name: p.name })}>
						<Stack gap={6}>
							{offers.map((o) => (
								<Checkbox
									key={o.name}
									value={o.name}
									label={o.bytes ? `${o.name} · ${bytes(o.bytes, say)}` : o.name}
								/>
							))}
						</Stack>
					</Checkbox.Group>
					<Group>
						<Button size="compact-sm" loading={saving} onClick={() => void save()}>
							{say(m.savePicked)}
						</Button>
					</Group>
				</>
			)}
		</Stack>
	);
}
