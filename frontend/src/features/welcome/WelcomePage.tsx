import { Button, Container, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { SelfCheck } from "../../components/SelfCheck";
import { api, data } from "../../lib/api";
import type { Message } from "../../lib/catalogue";
import { metaQuery, usePreferences, useRefresh, useSetPreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { may, useSession } from "../../lib/session";
import { Begin } from "./Begin";
import { Model } from "./Model";
import { m } from "./messages";
import { Serve } from "./Serve";
import { Units } from "./Units";
import classes from "./welcome.module.css";

/** The steps that can be passed over and are offered later. */
export const optional = ["units", "serve", "data", "model"] as const;
type Step = (typeof optional)[number] | "vin";

const names: Record<Step, Message> = {
	units: m.units,
	serve: m.serve,
	data: m.data,
	model: m.model,
	vin: m.firstVIN,
};

/**
 * The first start, at most five steps: units, who uses the hub, a check of the
 * data, a model, the first VIN. Each can be skipped, and what was skipped is
 * offered again on the first page. A person sees the steps that they may take.
 */
export function WelcomePage() {
	const say = useSay();
	const session = useSession();
	const p = usePreferences();
	const set = useSetPreferences();
	const navigate = useNavigate();
	const { step: asked } = useSearch({ from: "/welcome" });
	useDocumentTitle(say(m.page));
	const steps: Step[] = [
		"units",
		...(may(session, "hub.manage") ? (["serve"] as const) : []),
		"data",
		...(may(session, "models.manage") ? (["model"] as const) : []),
		"vin",
	];
	const empty = useQuery(metaQuery).data?.empty ?? false;
	const mayRestore = empty && may(session, "organisation.manage");
	const [at, go] = useState(Math.max(0, steps.indexOf(asked ?? "units")));
	const [done, setDone] = useState<Step[]>([]);
	const step = steps[at] ?? "units";

	const left = (finished: Step[]) =>
		steps.filter((s): s is (typeof optional)[number] => s !== "vin" && !finished.includes(s));
	// Who comes back to a step has the others behind them.
	const skipped = (finished: Step[]) =>
		p.welcomed ? (p.skipped ?? []).filter((s) => !finished.includes(s as Step)) : left(finished);
	const finish = async (finished: Step[], to: "/" | "/vehicles" = "/") => {
		await set.mutateAsync({ ...p, welcomed: true, skipped: skipped(finished) as typeof p.skipped });
		await navigate({ to });
	};
	const pass = async (taken: boolean) => {
		const finished = taken ? [...done, step] : done;
		setDone(finished);
		if (asked && p.welcomed) await finish(finished);
		else go(at + 1);
	};
	const parts: Record<Step, ReactNode> = {
		units: mayRestore ? (
			<Begin>
				<Units />
			</Begin>
		) : (
			<Units />
		),
		serve: <Serve />,
		data: <SelfCheck />,
		model: <Model />,
		vin: <First onDone={(to) => finish(done, to)} />,
	};
	return (
		<Container size="sm" py="xl">
			<Stack gap="lg">
				<div>
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Text c="dimmed">{say(m.about, { n: steps.length })}</Text>
				</div>
				<nav aria-label={say(m.steps)}>
					<ol className={classes.steps}>
						{steps.map((s, i) => (
							<li key={s}>
								<button
									type="button"
									className={classes.step}
									data-past={i < at || undefined}
									aria-current={i === at ? "step" : undefined}
									onClick={() => go(i)}
								>
									{say(names[s])}
								</button>
							</li>
						))}
					</ol>
				</nav>
				<section aria-label={say(names[step])}>{parts[step]}</section>
				<Group justify="space-between">
					<Button variant="subtle" onClick={() => finish(done)}>
						{say(m.skip)}
					</Button>
					{step !== "vin" && (
						<Group gap="xs">
							<Button variant="default" onClick={() => pass(false)}>
								{say(m.skipStep)}
							</Button>
							<Button onClick={() => pass(true)}>{say(m.next)}</Button>
						</Group>
					)}
				</Group>
				{set.error && <FailureNote error={set.error} />}
			</Stack>
		</Container>
	);
}

function First({ onDone }: { onDone: (to: "/" | "/vehicles") => Promise<void> }) {
	const say = useSay();
	const refresh = useRefresh();
	const samples = may(useSession(), "hub.manage");
	const sample = useMutation({ mutationFn: () => data(api.POST("/api/v1/sample")), onSuccess: refresh });
	return (
		<Stack gap="md" mt="md">
			<Text>{say(samples ? m.firstAbout : m.firstPlain)}</Text>
			<Group>
				<Button onClick={() => onDone("/")}>{say(m.decode)}</Button>
				{samples && (
					<Button
						variant="default"
						loading={sample.isPending}
						onClick={async () => {
							await sample.mutateAsync();
							await onDone("/vehicles");
						}}
					>
						{say(m.sample)}
					</Button>
				)}
			</Group>
			{sample.error && <FailureNote error={sample.error} />}
		</Stack>
	);
}
