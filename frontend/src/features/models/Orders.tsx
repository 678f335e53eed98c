import {
	ActionIcon,
	Button,
	Card,
	Group,
	Modal,
	Skeleton,
	Stack,
	Switch,
	Text,
	Title,
	VisuallyHidden,
} from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { type Capability, type Engine, enginesQuery, type Order, ordersQuery, setOrder } from "./api";
import { orders as m, m as page } from "./messages";
import classes from "./models.module.css";
import {
	capabilities,
	jobAbout,
	jobLeaves,
	jobName,
	moved,
	orderOf,
	type Place,
	placesOf,
	switched,
} from "./words";

/** Which models each job goes to, in turn. */
export function Orders() {
	const say = useSay();
	const engines = useQuery(enginesQuery);
	const orders = useQuery(ordersQuery);
	const error = engines.error ?? orders.error;
	if (error)
		return (
			<FailureNote
				error={error}
				title={say(m.failed)}
				onRetry={() => Promise.all([engines.refetch(), orders.refetch()])}
			/>
		);
	if (!engines.data || !orders.data) return <Skeleton height={360} aria-label={say(page.loading)} />;
	// A job that nobody can earn yet has no order worth setting.
	const earnable = capabilities.filter((c) =>
		engines.data.some((e) => e.jobs.some((j) => j.capability === c && j.standing !== "no_check")),
	);
	const rest = capabilities.filter((c) => !earnable.includes(c));
	return (
		<Stack gap="md">
			<Text>{say(m.about)}</Text>
			{earnable.map((c) => {
				const order = orders.data.find((o) => o.capability === c);
				return order && <OrderCard key={c} of={c} order={order} engines={engines.data} />;
			})}
			{rest.length > 0 && (
				<Text size="sm" c="dimmed">
					{say(m.otherJobs, { jobs: say.list(rest.map((c) => jobName(c, say))) })}
				</Text>
			)}
		</Stack>
	);
}

function OrderCard({ of: c, order, engines }: { of: Capability; order: Order; engines: Engine[] }) {
	const say = useSay();
	const client = useQueryClient();
	const places = placesOf(engines, order, c);
	const job = jobName(c, say);
	const [asked, setAsked] = useState<Engine>();
	const [told, setTold] = useState("");
	const box = useRef<HTMLOListElement>(null);
	const save = useMutation({
		mutationFn: (next: Place[]) => {
			const o = orderOf(next, order);
			return setOrder(c, o.refs, o.never);
		},
		// What was clicked is shown at once, and put back where it was refused.
		onMutate: (next) => {
			client.setQueryData<Order[]>(["orders"], (old) =>
				old?.map((o) => (o.capability === c ? { ...o, ...orderOf(next, o) } : o)),
			);
		},
		onSettled: () => client.invalidateQueries({ queryKey: ["orders"] }),
	});
	const move = (at: number, by: number) => {
		const p = places[at];
		if (!p) return;
		save.mutate(moved(places, at, by));
		setTold(say(m.moved, { title: p.engine.title, n: at + by + 1, of: places.filter((x) => x.on).length }));
		// The focus goes with the model, to its other button where this one is at its end.
		setTimeout(() => {
			const row = box.current?.querySelector(`[data-ref="${CSS.escape(p.engine.ref)}"]`);
			const same = row?.querySelector<HTMLButtonElement>(by < 0 ? "[data-up]" : "[data-down]");
			(same?.disabled ? row?.querySelector<HTMLButtonElement>("button:not(:disabled)") : same)?.focus();
		});
	};
	const flip = (e: Engine, on: boolean) => {
		if (on && e.away) setAsked(e);
		else save.mutate(switched(places, e.ref, on));
	};
	const on = places.filter((p) => p.on);
	const goes = on.filter((p) => p.engine.away);
	const would = places.filter((p) => !p.on && p.engine.away);
	const titles = (of: Place[]) => say.list(of.map((p) => p.engine.title));
	return (
		<Card withBorder component="section" aria-label={job} padding="md">
			<Title order={2} size="h4">
				{job}
			</Title>
			<Text size="sm" c="dimmed">
				{jobAbout(c, say)}
			</Text>
			{places.length === 0 && <Text size="sm">{say(m.none)}</Text>}
			<ol className={classes.order} aria-label={say(m.list, { job })} ref={box}>
				{places.map((p, i) => (
					<PlaceRow
						key={p.engine.ref}
						of={p}
						job={c}
						at={i}
						last={i === on.length - 1}
						onMove={(by) => move(i, by)}
						onSwitch={(to) => flip(p.engine, to)}
					/>
				))}
			</ol>
			<Text size="sm" c="dimmed">
				{say(c === "embed" ? m.words : m.rules)}
			</Text>
			<div className={classes.leaves} data-away={goes.length > 0 || undefined}>
				{goes.length === 0 && <Text size="sm">{say(m.staysHere)}</Text>}
				{goes.length > 0 && (
					<Text size="sm">
						<b>{say(m.goesAway, { titles: titles(goes) })}</b> {jobLeaves(c, say)}
					</Text>
				)}
				{goes.length === 0 && would.length > 0 && (
					<Text size="sm" c="dimmed">
						{say(m.wouldGo, { titles: titles(would) })} {jobLeaves(c, say)}
					</Text>
				)}
			</div>
			{save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
			<VisuallyHidden role="status" data-visually-hidden>
				{told}
			</VisuallyHidden>
			<Modal
				opened={asked !== undefined}
				onClose={() => setAsked(undefined)}
				title={say(m.askFirst, { title: asked?.title ?? "", job })}
				closeButtonProps={{ "aria-label": say(page.close) }}
			>
				<Stack gap="md">
					<Text size="sm">{say(m.askAbout, { host: asked?.where ?? "" })}</Text>
					<Text size="sm" className={classes.leaves} data-away>
						{jobLeaves(c, say)}
					</Text>
					<Group justify="flex-end" gap="xs">
						<Button variant="default" onClick={() => setAsked(undefined)} data-autofocus>
							{say(m.leaveOff)}
						</Button>
						<Button
							onClick={() => {
								if (asked) save.mutate(switched(places, asked.ref, true));
								setAsked(undefined);
							}}
						>
							{say(m.switchOn)}
						</Button>
					</Group>
				</Stack>
			</Modal>
		</Card>
	);
}

function PlaceRow(props: {
	of: Place;
	job: Capability;
	at: number;
	last: boolean;
	onMove: (by: number) => void;
	onSwitch: (on: boolean) => void;
}) {
	const say = useSay();
	const { engine: e, on } = props.of;
	const [job, title] = [jobName(props.job, say), e.title];
	const earning = e.jobs.find((j) => j.capability === props.job);
	const why = earning?.standing === "refused" ? page.refused : page.unchecked;
	return (
		<li className={classes.place} data-off={!on || undefined} data-ref={e.ref}>
			<Text span size="sm" c="dimmed">
				{on && say(m.position, { n: props.at + 1 })}
			</Text>
			<div className={classes.words}>
				<Text size="sm" fw={550}>
					{title}
				</Text>
				<Text size="xs" c="dimmed">
					{[
						e.away ? say(page.away, { host: e.where }) : say(page.here),
						earning?.standing === "earned" ? say(page.earned) : say(m.passed, { why: say(why) }),
					].join(" · ")}
				</Text>
			</div>
			<div className={classes.buttons}>
				<ActionIcon
					variant="default"
					disabled={!on || props.at === 0}
					onClick={() => props.onMove(-1)}
					aria-label={say(m.upOf, { job, title })}
					data-up
				>
					<IconArrowUp size={16} aria-hidden />
				</ActionIcon>
				<ActionIcon
					variant="default"
					disabled={!on || props.last}
					onClick={() => props.onMove(1)}
					aria-label={say(m.downOf, { job, title })}
					data-down
				>
					<IconArrowDown size={16} aria-hidden />
				</ActionIcon>
				<Switch
					ms="xs"
					checked={on}
					onChange={(ev) => props.onSwitch(ev.currentTarget.checked)}
					aria-label={say(m.use, { job, title })}
				/>
			</div>
		</li>
	);
}
