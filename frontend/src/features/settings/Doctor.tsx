import { Badge, Button, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconInfoCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { useSay } from "../../lib/say";
import { type Examination, examine } from "./api";
import classes from "./Doctor.module.css";
import { m } from "./messages";
import { SettingRow } from "./SettingRow";

type Check = Examination["checks"][number];

/** Examines the hub when it is asked for, and makes again what is derived and wrong. */
export function DoctorRow({ here }: { here: boolean }) {
	const say = useSay();
	const run = useMutation({ mutationFn: examine });
	return (
		<SettingRow
			id="doctor"
			title={say(m.doctor)}
			about={say(m.doctorAbout)}
			here={here}
			control={
				<Button variant="default" loading={run.isPending} onClick={() => run.mutate(false)}>
					{say(run.data ? m.doctorAgain : m.doctorRun)}
				</Button>
			}
		>
			<output>
				{run.isPending && (
					<Text size="sm" c="dimmed">
						{say(m.doctorRunning)}
					</Text>
				)}
			</output>
			{run.error && <FailureNote error={run.error} title={say(m.doctorFailed)} />}
			{run.data && !run.isPending && <Examined of={run.data} onRepair={() => run.mutate(true)} />}
		</SettingRow>
	);
}

const isWrong = (c: Check) => c.findings.some((f) => f.severity === "wrong") && !c.repaired?.length;

function Examined({ of: e, onRepair }: { of: Examination; onRepair: () => void }) {
	const say = useSay();
	const save = useSaveFile();
	const wrong = e.checks.filter(isWrong).length;
	const json = JSON.stringify(e, null, 2);
	return (
		<Stack gap="sm">
			<div>
				<Text fw={600} c={e.ok ? "var(--hub-good)" : "var(--hub-bad)"} role="status">
					{e.ok ? say(m.doctorOK, { n: e.checks.length }) : say(m.doctorWrong, { n: wrong })}
				</Text>
				<Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
					{say.rich(m.doctorFolder, { folder: e.data, code: (c) => <Code>{c}</Code> })}
				</Text>
			</div>
			<ul className={classes.checks}>
				{e.checks.map((c) => (
					<Part key={c.name} of={c} />
				))}
			</ul>
			{wrong > 0 && (
				<div>
					<Button onClick={onRepair}>{say(m.doctorRepair)}</Button>
					<Text size="xs" c="dimmed" mt={4}>
						{say(m.doctorRepairAbout)}
					</Text>
				</div>
			)}
			<Group gap="xs">
				<CopyButton value={json}>
					{({ copied, copy }) => (
						<Button size="compact-sm" variant="default" onClick={copy}>
							{say(copied ? m.copied : m.copyJSON)}
						</Button>
					)}
				</CopyButton>
				<Button
					size="compact-sm"
					variant="default"
					loading={save.isPending}
					onClick={() =>
						save.mutate({
							name: "hubcap-doctor.json",
							file: new Blob([`${json}\n`], { type: "application/json" }),
						})
					}
				>
					{say(m.saveJSON)}
				</Button>
			</Group>
		</Stack>
	);
}

/** One part that was examined: what was looked at, what was found, and what to do. */
function Part({ of: c }: { of: Check }) {
	const say = useSay();
	const repaired = (c.repaired?.length ?? 0) > 0;
	const remarks = c.findings.length > 0;
	const state = isWrong(c) ? m.wrong : repaired ? m.repaired : remarks ? m.remark : m.sound;
	const Icon = isWrong(c) ? IconAlertTriangle : remarks && !repaired ? IconInfoCircle : IconCheck;
	return (
		<li className={classes.check} data-wrong={isWrong(c) || undefined}>
			<Icon size={18} aria-hidden className={classes.icon} />
			<div className={classes.words}>
				<Group gap="xs">
					<Title order={4} size="sm" fw={600}>
						{c.title}
					</Title>
					<Badge size="sm" tt="none" variant="default">
						{say(state)}
					</Badge>
				</Group>
				<Text size="xs" c="dimmed">
					{c.facts}
				</Text>
				{c.findings.map((f) => (
					<div key={f.what} className={classes.finding}>
						<Text size="sm">{f.what}</Text>
						<Text size="sm" c="dimmed">
							{f.remedy}
						</Text>
					</div>
				))}
				{repaired && <Text size="sm">{say(m.doctorRepaired, { what: say.list(c.repaired ?? []) })}</Text>}
			</div>
		</li>
	);
}
