import { Alert, Badge, Button, Card, Group, Modal, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCloud, IconDeviceDesktop } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { bytes } from "../../lib/bytes";
import { useSay } from "../../lib/say";
import { bench, type Engine, type Pack, packQuery, removeModel, restoreModel } from "./api";
import { Earnings } from "./Earnings";
import { m } from "./messages";
import classes from "./models.module.css";
import { conditionOf, parameters } from "./words";

/** One model: what it is, what it takes, and what it has earned. */
export function ModelCard({ pack: p, engine: e }: { pack?: Pack; engine?: Engine }) {
	const say = useSay();
	const title = p?.title ?? e?.title ?? "";
	const check = useMutation({
		mutationFn: (ref: string) => bench(ref),
		onSuccess: () => notifications.show({ message: say(m.checkStarted, { title }), autoClose: 6_000 }),
	});
	const remove = useRemove(p);
	const error = check.error ?? remove.error;
	return (
		<Card
			withBorder
			component="section"
			aria-label={title}
			padding="md"
			id={p ? `model-${p.name}` : undefined}
		>
			<Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
				<Title order={2} size="h5" className={classes.title}>
					{title}
				</Title>
				{e && (
					<Badge
						flex="none"
						variant="light"
						color={e.state?.condition === "failed" ? "red" : e.away ? "orange" : "petrol"}
						tt="none"
					>
						{conditionOf(e, say)}
					</Badge>
				)}
			</Group>
			<Group gap={6} mt={2} wrap="nowrap" c="dimmed">
				{e?.away ? <IconCloud size={16} aria-hidden /> : <IconDeviceDesktop size={16} aria-hidden />}
				<Text size="sm">
					{e?.away ? say(m.away, { host: e.where }) : say(m.here)}
					{p && ` · ${p.built_in ? say(m.builtIn) : say(m.broughtIn, { day: say.day(p.added ?? "") })}`}
				</Text>
			</Group>
			{e?.state?.reason && <Text size="sm">{e.state.reason}</Text>}
			{p && !p.present && (
				<Alert color="orange" mt="sm" icon={<IconAlertTriangle aria-hidden />} title={say(m.missing)}>
					<Text size="sm">{p.reason}</Text>
				</Alert>
			)}
			{p && <Facts of={p} now={e?.state?.loaded ? e.state.rss_bytes : 0} />}
			{e && <Earnings jobs={e.jobs} />}
			{error && <FailureNote error={error} title={say(check.error ? m.notChecked : m.notRemoved)} />}
			{e?.away && (
				<Text size="xs" c="dimmed" mt="xs">
					{say(m.checkAway, { host: e.where })}
				</Text>
			)}
			<Group gap="xs" mt="sm">
				{e && (
					<Button
						size="compact-sm"
						variant="default"
						loading={check.isPending}
						onClick={() => check.mutate(e.ref)}
						title={say(m.checkAbout)}
						aria-label={say(m.checkOf, { title })}
					>
						{say(m.check)}
					</Button>
				)}
				{p && !p.built_in && (
					<Button
						size="compact-sm"
						variant="subtle"
						color="gray"
						loading={remove.isPending}
						onClick={() => remove.mutate()}
						aria-label={say(m.removeOf, { title })}
					>
						{say(m.remove)}
					</Button>
				)}
			</Group>
		</Card>
	);
}

/** Removes a model into its trash; the toast takes it out again. */
function useRemove(p: Pack | undefined) {
	const say = useSay();
	const client = useQueryClient();
	const refresh = () =>
		Promise.all([["models"], ["engines"]].map((queryKey) => client.invalidateQueries({ queryKey })));
	return useMutation({
		mutationFn: async () => {
			if (p) await removeModel(p.name);
		},
		onSuccess: async () => {
			if (!p) return;
			await refresh();
			const id = `model-${p.name}`;
			const back = async () => {
				try {
					await restoreModel(p.name);
					notifications.update({ id, message: say(m.back, { title: p.title }), autoClose: 4_000 });
				} catch (e) {
					notifications.update({ id, color: "red", message: e instanceof Error ? e.message : String(e) });
				}
				await refresh();
			};
			notifications.show({
				id,
				message: (
					<Group justify="space-between" wrap="nowrap" gap="md">
						<Text size="sm">{say(m.removed, { title: p.title })}</Text>
						<Button size="compact-sm" variant="default" flex="none" onClick={() => void back()}>
							{say(m.undo)}
						</Button>
					</Group>
				),
			});
		},
	});
}

function Facts({ of: p, now }: { of: Pack; now: number }) {
	const say = useSay();
	const [reading, setReading] = useState(false);
	const fact = (name: string, value: ReactNode) => (
		<>
			<dt>{name}</dt>
			<dd>{value}</dd>
		</>
	);
	return (
		<dl className={classes.facts}>
			{fact(say(m.size), bytes(p.bytes, say))}
			{p.memory_bytes > 0 &&
				fact(
					say(m.memory),
					say(m.memoryAbout, { size: bytes(p.memory_bytes, say) }) +
						(now > 0 ? ` · ${say(m.memoryNow, { size: bytes(now, say) })}` : ""),
				)}
			{p.parameters > 0 && fact(say(m.parameters), `${parameters(p.parameters, say)} · ${p.quantisation}`)}
			{p.context > 0 && fact(say(m.context), say(m.tokens, { n: p.context }))}
			{fact(
				say(m.licence),
				<>
					{p.licence || say(m.licenceUnknown)}{" "}
					{p.present && p.licence && (
						<button
							type="button"
							className="link"
							onClick={() => setReading(true)}
							aria-label={say(m.readLicenceOf, { title: p.title })}
						>
							{say(m.readLicence)}
						</button>
					)}
				</>,
			)}
			{fact(say(m.source), p.source)}
			<Modal
				opened={reading}
				onClose={() => setReading(false)}
				size="lg"
				title={say(m.licenceOf, { title: p.title })}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				{reading && <Licence name={p.name} licence={p.licence} />}
			</Modal>
		</dl>
	);
}

function Licence({ name, licence }: { name: string; licence: string }) {
	const say = useSay();
	const q = useQuery(packQuery(name));
	if (q.error) return <FailureNote error={q.error} onRetry={() => q.refetch()} />;
	return (
		<>
			<Text fw={600} mb="xs">
				{licence}
			</Text>
			{/* A text that scrolls is reached by the keyboard. */}
			<div className={classes.licence} tabIndex={q.data?.licence_text ? 0 : undefined}>
				{q.data && (q.data.licence_text || say(m.noLicenceText))}
			</div>
		</>
	);
}
