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
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { FailureNote } from "../../components/FailureNote";
import { SpecsTable } from "../../components/SpecsTable";
import { useWrite } from "../../hooks/useWrite";
import { type DecodeResult, saveVehicle } from "./api";
import { InShort } from "./InShort";
import { KeyFields } from "./KeyFields";

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
	const r = props.result;
	const [all, { toggle }] = useDisclosure(false);
	const decoded = r.values.filter((v) => v.origin === "decoded");
	return (
		<Card
			withBorder
			padding="lg"
			component="section"
			aria-label={`Result for ${r.vin}`}
			aria-busy={props.stale || undefined}
		>
			<Stack gap="md">
				<Group justify="space-between" align="flex-start" wrap="wrap">
					<div>
						<Title order={2} size="h3">
							{r.title}
						</Title>
						<Text c="dimmed" size="sm">
							{r.summary.trim || r.summary.series || "Trim not encoded in this VIN"} · <code>{r.vin}</code>
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
					NHTSA vPIC release {r.release.replace("_", "-")}, decoded {r.clock.slice(0, 10)}. What vPIC does not
					report may still be there. Recalls, accidents and title history are not in a VIN.
				</Text>
			</Stack>
		</Card>
	);
}

function Verdict({ r }: { r: DecodeResult }) {
	if (r.clean) {
		return (
			<Badge
				color="green"
				variant="light"
				size="lg"
				tt="none"
				leftSection={<IconCheck size={14} aria-hidden />}
			>
				Decoded clean
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
			{r.errors.length === 1 ? "One remark" : `${r.errors.length} remarks`}
		</Badge>
	);
}

function Problems({ result: r, onVIN, onYear }: Parameters<typeof ResultCard>[0]) {
	const suggested = r.summary.suggestedVIN ?? "";
	const usable = suggested !== "" && suggested !== r.vin && !suggested.includes("!");
	const possible = r.values.find((v) => v.code === "PossibleValues")?.value;
	const other = r.structure.modelYears?.find(
		(y) => y !== r.modelYear && y <= Number(r.clock.slice(0, 4)) + 2,
	);
	return (
		<>
			{!r.clean && (
				<Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title="Look at this VIN again">
					<Stack gap={6}>
						{r.tooLong && (
							<Text size="sm">More than 17 characters were given; the first 17 were decoded.</Text>
						)}
						{r.errors.map((e) => (
							<Text size="sm" key={e.code}>
								{e.text}{" "}
								<Text span size="xs" c="dimmed">
									(vPIC code {e.code})
								</Text>
							</Text>
						))}
						{possible && <Text size="sm">Characters that fit: {readable(possible)}.</Text>}
						{suggested && (
							<Group gap="sm">
								<Text size="sm">
									Suggested: <code>{suggested}</code>
								</Text>
								{usable && (
									<Button size="compact-sm" variant="default" onClick={() => onVIN(suggested)}>
										Decode the suggestion
									</Button>
								)}
							</Group>
						)}
					</Stack>
				</Alert>
			)}
			{!r.conclusive && r.modelYear && other && (
				<Text size="sm">
					The year code {r.vin.charAt(9)} stands for {r.modelYear} and for {other}.{" "}
					<button type="button" className="link" onClick={() => onYear(other)}>
						Decode as {other}
					</button>{" "}
					if the vehicle is of that year.
				</Text>
			)}
		</>
	);
}

/** Writes vPIC's "(6:012)(11:AB)" as "position 6: 0 1 2; position 11: A B". */
function readable(possible: string): string {
	return [...possible.matchAll(/\((\d+):([^)]*)\)/g)]
		.map((m) => `position ${m[1]}: ${[...(m[2] ?? "")].join(" ")}`)
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
	const { r } = props;
	const navigate = useNavigate();
	const back = () => navigate({ to: "/", search: { vin: r.vin, year: props.year } });
	const save = useWrite({
		write: (_next: boolean) => saveVehicle(r.vin, props.year),
		said: (v) => `${v.title} saved.`,
		onDone: (v, next) => (next ? props.onNext() : navigate({ to: "/vehicles/$id", params: { id: v.id } })),
		onUndone: (_, next) => (next ? undefined : back()),
	});
	const here = r.here[0];
	return (
		<Stack gap="xs">
			{here && (
				<Text size="sm">
					Already here:{" "}
					<Link to="/vehicles/$id" params={{ id: here.id }} className="link">
						{here.title}
						{here.stock ? ` (${here.stock})` : ""}
					</Link>
				</Text>
			)}
			<Group gap="sm">
				<Button
					leftSection={<IconDeviceFloppy size={18} aria-hidden />}
					onClick={() => save.mutate(false)}
					loading={save.isPending && !save.variables}
					disabled={save.isPending && save.variables}
					variant={here ? "default" : "filled"}
				>
					{here ? "Save again" : "Save vehicle"}
				</Button>
				<Tooltip label="Saves it and waits here for the next VIN">
					<Button
						variant="default"
						onClick={() => save.mutate(true)}
						loading={save.isPending && save.variables}
						disabled={save.isPending && !save.variables}
					>
						Save, next VIN
					</Button>
				</Tooltip>
				<Button
					variant="default"
					onClick={props.onAll}
					aria-expanded={props.all}
					rightSection={
						<IconChevronDown size={16} aria-hidden style={{ rotate: props.all ? "180deg" : undefined }} />
					}
				>
					{props.all ? "Fewer fields" : `All ${props.count} decoded fields`}
				</Button>
				<CopyButton value={JSON.stringify(r, null, 2)}>
					{({ copied, copy }) => (
						<Button variant="subtle" onClick={copy} leftSection={<IconCopy size={16} aria-hidden />}>
							{copied ? "Copied" : "Copy JSON"}
						</Button>
					)}
				</CopyButton>
			</Group>
			{save.error && <FailureNote error={save.error} title="The vehicle was not saved" />}
		</Stack>
	);
}
