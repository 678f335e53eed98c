import {
	Alert,
	Badge,
	Button,
	Card,
	Collapse,
	CopyButton,
	Group,
	Stack,
	Text,
	Title,
	Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
	IconAlertTriangle,
	IconCheck,
	IconChevronDown,
	IconCopy,
	IconDeviceFloppy,
	IconDownload,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { SpecsTable } from "../../components/SpecsTable";
import { useSaveFile } from "../../hooks/useSaveFile";
import { useWrite } from "../../hooks/useWrite";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { stageName } from "../../lib/stages";
import { type DecodeResult, saveVehicle } from "./api";
import { InShort } from "./InShort";
import { KeyFields } from "./KeyFields";
import { m } from "./messages";

/** What the VIN says, in place under the box. */
export function ResultCard(props: {
	result: DecodeResult;
	year?: number;
	onVIN: (vin: string) => void;
	onYear: (year: number) => void;
	onNext: () => void;
	/** The next result is on its way. */
	stale?: boolean;
}) {
	const say = useSay();
	const r = props.result;
	const [all, { toggle }] = useDisclosure(false);
	const decoded = r.values.filter((v) => v.origin === "decoded");
	return (
		<Card
			withBorder
			padding="lg"
			component="section"
			aria-label={say(m.result, { vin: r.vin })}
			aria-busy={props.stale || undefined}
		>
			<Stack gap="md">
				<Group justify="space-between" align="flex-start" wrap="wrap">
					<div>
						<Title order={2} size="h3">
							{r.title}
						</Title>
						<Text c="dimmed" size="sm">
							{r.summary.trim || r.summary.series || say(m.noTrim)} · <code>{r.vin}</code>
						</Text>
					</div>
					<Verdict r={r} />
				</Group>
				<Problems {...props} />
				<InShort vin={r.vin} year={props.year} />
				<KeyFields values={r.values} />
				<Actions
					r={r}
					year={props.year}
					all={all}
					onAll={toggle}
					onNext={props.onNext}
					count={decoded.length}
				/>
				<Collapse expanded={all}>
					<SpecsTable values={r.values} />
				</Collapse>
				<Text size="xs" c="dimmed">
					{say(m.release, { release: r.release.replace("_", "-"), day: say.day(r.clock) })}
				</Text>
			</Stack>
		</Card>
	);
}

function Verdict({ r }: { r: DecodeResult }) {
	const say = useSay();
	if (r.clean) {
		return (
			<Badge
				color="green"
				variant="light"
				size="lg"
				tt="none"
				leftSection={<IconCheck size={14} aria-hidden />}
			>
				{say(m.decodedClean)}
			</Badge>
		);
	}
	return (
		<Badge
			color="orange"
			variant="light"
			size="lg"
			tt="none"
			leftSection={<IconAlertTriangle size={14} aria-hidden />}
		>
			{say(m.remarks, { n: r.errors.length })}
		</Badge>
	);
}

function Problems({ result: r, onVIN, onYear }: Parameters<typeof ResultCard>[0]) {
	const say = useSay();
	const suggested = r.summary.suggestedVIN ?? "";
	const usable = suggested !== "" && suggested !== r.vin && !suggested.includes("!");
	const possible = r.values.find((v) => v.code === "PossibleValues")?.value;
	const other = r.structure.modelYears?.find(
		(y) => y !== r.modelYear && y <= Number(r.clock.slice(0, 4)) + 2,
	);
	return (
		<>
			{!r.clean && (
				<Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={say(m.lookAgain)}>
					<Stack gap={6}>
						{r.tooLong && <Text size="sm">{say(m.givenTooLong)}</Text>}
						{r.errors.map((e) => (
							<Text size="sm" key={e.code}>
								{e.text}{" "}
								<Text span size="xs" c="dimmed">
									{say(m.code, { code: e.code })}
								</Text>
							</Text>
						))}
						{possible && <Text size="sm">{say(m.fitting, { what: readable(possible, say) })}</Text>}
						{suggested && (
							<Group gap="sm">
								<Text size="sm">
									{say.rich(m.suggested, { vin: suggested, code: (c) => <code>{c}</code> })}
								</Text>
								{usable && (
									<Button size="compact-sm" variant="default" onClick={() => onVIN(suggested)}>
										{say(m.decodeSuggestion)}
									</Button>
								)}
							</Group>
						)}
					</Stack>
				</Alert>
			)}
			{!r.conclusive && r.modelYear && other && (
				<Text size="sm">
					{say.rich(m.twoYears, {
						code: r.vin.charAt(9),
						year: String(r.modelYear),
						other: String(other),
						button: (c) => (
							<button type="button" className="link" onClick={() => onYear(other)}>
								{c}
							</button>
						),
					})}
				</Text>
			)}
		</>
	);
}

/** Writes vPIC's "(6:012)(11:AB)" as "position 6: 0 1 2; position 11: A B". */
function readable(possible: string, say: Say): string {
	return [...possible.matchAll(/\((\d+):([^)]*)\)/g)]
		.map((found) => say(m.fittingAt, { n: found[1], characters: [...(found[2] ?? "")].join(" ") }))
		.join("; ");
}

function Actions(props: {
	r: DecodeResult;
	year?: number;
	all: boolean;
	onAll: () => void;
	onNext: () => void;
	count: number;
}) {
	const say = useSay();
	const { r } = props;
	const navigate = useNavigate();
	const back = () => navigate({ to: "/", search: { vin: r.vin, year: props.year } });
	const save = useWrite({
		write: (_next: boolean) => saveVehicle(r.vin, props.year),
		said: (v) => say(m.saved, { title: v.title }),
		onDone: (v, next) => (next ? props.onNext() : navigate({ to: "/vehicles/$id", params: { id: v.id } })),
		onUndone: (_, next) => (next ? undefined : back()),
	});
	const file = useSaveFile();
	// One that was sold may have come back; one that stands here is opened.
	const standing = r.here.find((v) => v.stage !== "sold");
	const here = standing ?? r.here[0];
	const maySave = useMay("vehicles.write");
	return (
		<Stack gap="xs">
			{r.here.map((known) => (
				<Text key={known.id} size="sm">
					{say.rich(m.alreadyHere, {
						title: known.stock ? say(m.withStock, { title: known.title, stock: known.stock }) : known.title,
						stage: stageName(known.stage, say),
						link: (c) => (
							<Link to="/vehicles/$id" params={{ id: known.id }} className="link">
								{c}
							</Link>
						),
					})}
				</Text>
			))}
			{r.hereUnknown && (
				<Text size="sm" c="dimmed">
					{say(m.hereUnknown)}
				</Text>
			)}
			<Group gap="sm">
				{here && (
					<Button
						onClick={() => navigate({ to: "/vehicles/$id", params: { id: here.id } })}
						variant={standing ? "filled" : "default"}
					>
						{say(m.openIt)}
					</Button>
				)}
				{maySave && (
					<>
						<Button
							leftSection={<IconDeviceFloppy size={18} aria-hidden />}
							onClick={() => save.mutate(false)}
							loading={save.isPending && !save.variables}
							disabled={save.isPending && save.variables}
							variant={standing ? "default" : "filled"}
						>
							{say(here ? m.saveAgain : m.save)}
						</Button>
						<Tooltip label={say(m.saveNextAbout)}>
							<Button
								variant="default"
								onClick={() => save.mutate(true)}
								loading={save.isPending && save.variables}
								disabled={save.isPending && !save.variables}
							>
								{say(m.saveNext)}
							</Button>
						</Tooltip>
					</>
				)}
				<Button
					variant="default"
					onClick={props.onAll}
					aria-expanded={props.all}
					rightSection={
						<IconChevronDown size={16} aria-hidden style={{ rotate: props.all ? "180deg" : undefined }} />
					}
				>
					{props.all ? say(m.fewer) : say(m.all, { n: props.count })}
				</Button>
				<CopyButton value={JSON.stringify(r, null, 2)}>
					{({ copied, copy }) => (
						<Button variant="subtle" onClick={copy} leftSection={<IconCopy size={16} aria-hidden />}>
							{say(copied ? m.copied : m.copy)}
						</Button>
					)}
				</CopyButton>
				<Button
					variant="subtle"
					leftSection={<IconDownload size={16} aria-hidden />}
					loading={file.isPending}
					onClick={() =>
						file.mutate({
							name: `${r.vin}.json`,
							file: new Blob([JSON.stringify(r, null, 2)], { type: "application/json" }),
						})
					}
				>
					{say(m.saveJSON)}
				</Button>
			</Group>
			{save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
		</Stack>
	);
}
