import {
	Badge,
	Button,
	Card,
	Checkbox,
	Group,
	NumberInput,
	Select,
	SimpleGrid,
	Stack,
	Text,
	TextInput,
	Title,
} from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { usePreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import {
	type Intake,
	type IntakeFile,
	intakesQuery,
	removeFile,
	updateFile,
	updateIntake,
	type Wishes,
} from "./api";
import { DropFiles } from "./DropFiles";
import classes from "./lists.module.css";
import { m } from "./messages";
import type { useAddFiles } from "./useAddFiles";

/** What the evening consists of: its files, the list to compare with, and what the buyer wants. */
export function FilesStep(props: {
	of: Intake;
	files: ReturnType<typeof useAddFiles>;
	onFiles: (list: File[]) => Promise<Intake | undefined>;
}) {
	const say = useSay();
	const { of: i } = props;
	return (
		<Stack gap="lg">
			<div>
				{i.files.length === 0 && (
					<Stack gap={2} mb="sm">
						<Text fw={600}>{say(m.noFiles)}</Text>
						<Text c="dimmed">{say(m.noFilesAbout)}</Text>
					</Stack>
				)}
				<Stack gap="xs" mb="md">
					{i.files.map((f) => (
						<OneFile key={f.n} intake={i} of={f} />
					))}
				</Stack>
				<DropFiles files={props.files} onFiles={props.onFiles} />
			</div>
			<Compare of={i} />
			<WishesForm key={JSON.stringify(i.wishes)} of={i} />
		</Stack>
	);
}

function useChanged() {
	const client = useQueryClient();
	return () => client.invalidateQueries({ queryKey: ["intakes"] });
}

function OneFile({ intake, of: f }: { intake: Intake; of: IntakeFile }) {
	const say = useSay();
	const changed = useChanged();
	const off = useMutation({ mutationFn: () => removeFile(intake.id, f.n), onSuccess: changed });
	const sheet = useMutation({
		mutationFn: (to: string) => updateFile(intake.id, f.n, { reading: { ...f.reading, sheet: to } }),
		onSuccess: changed,
	});
	const failed = off.error ?? sheet.error;
	return (
		<Card withBorder padding="sm">
			<Group justify="space-between" gap="sm">
				<div>
					<Text fw={600} className={classes.name}>
						{f.name}
					</Text>
					<Text size="sm" c="dimmed">
						{say(m.read, { format: f.table.format.toUpperCase(), rows: f.rows })}
					</Text>
					{f.remembered && (
						<Text size="xs" c="dimmed">
							{say(m.remembered)}
						</Text>
					)}
				</div>
				<Group gap="sm" align="flex-end">
					{(f.table.sheets?.length ?? 0) > 1 && (
						<Select
							label={say(m.sheet)}
							size="xs"
							data={f.table.sheets}
							value={f.table.sheet}
							onChange={(to) => to && sheet.mutate(to)}
							disabled={sheet.isPending}
							allowDeselect={false}
						/>
					)}
					<Button
						size="compact-sm"
						variant="subtle"
						color="gray"
						loading={off.isPending}
						onClick={() => off.mutate()}
						aria-label={say(m.takeOffOf, { name: f.name })}
					>
						{say(m.takeOff)}
					</Button>
				</Group>
			</Group>
			{failed && <FailureNote error={failed} title={say(m.notSaved)} />}
		</Card>
	);
}

/** The evening that this one is held against: what is new, gone, or has another price. */
function Compare({ of: i }: { of: Intake }) {
	const say = useSay();
	const changed = useChanged();
	const q = useInfiniteQuery(intakesQuery());
	const others = (q.data?.pages.flatMap((p) => p.items) ?? []).filter(
		(o) => o.id !== i.id && o.files.length > 0,
	);
	const set = useMutation({
		mutationFn: (against: string) => updateIntake(i.id, { against }),
		onSuccess: changed,
	});
	if (others.length === 0) return null;
	return (
		<div>
			<Select
				label={say(m.compare)}
				placeholder={say(m.compareNone)}
				data={others.map((o) => ({ value: o.id, label: `${o.name} · ${say.moment(o.created)}` }))}
				value={i.against ?? null}
				onChange={(to) => set.mutate(to ?? "")}
				clearable
				maw={480}
				disabled={set.isPending}
			/>
			{set.error && <FailureNote error={set.error} title={say(m.notSaved)} />}
		</div>
	);
}

/** What the buyer wants; the checklist holds every lot against it. */
function WishesForm({ of: i }: { of: Intake }) {
	const say = useSay();
	const p = usePreferences();
	const changed = useChanged();
	const perUnit = p.distance === "mi" ? 1609.344 : 1000;
	const [ceiling, setCeiling] = useState(i.wishes.ceiling ? say.moneyText(i.wishes.ceiling) : "");
	const [odometer, setOdometer] = useState<number | string>(
		i.wishes.maxOdometerMeters ? Math.round(i.wishes.maxOdometerMeters / perUnit) : "",
	);
	const [year, setYear] = useState<number | string>(i.wishes.minYear || "");
	const [makes, setMakes] = useState((i.wishes.makes ?? []).join(", "));
	const [clean, setClean] = useState(i.wishes.cleanTitleOnly ?? false);
	const save = useMutation({
		mutationFn: (wishes: Wishes) => updateIntake(i.id, { wishes }),
		onSuccess: async (_, now) => {
			const before = i.wishes;
			await changed();
			offer(
				say,
				say(m.saved),
				async () => {
					await updateIntake(i.id, { wishes: before });
					await changed();
				},
				`wishes-${JSON.stringify(now)}`,
			);
		},
	});
	const [wrong, setWrong] = useState(false);
	const currency = i.wishes.ceiling?.currency ?? i.files[0]?.mapping.currency ?? p.currency;
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				const most = ceiling.trim() === "" ? undefined : say.amount(ceiling, currency);
				// Saved as no limit at all, it would let everything pass.
				if (ceiling.trim() !== "" && !most) return setWrong(true);
				save.mutate({
					ceiling: most,
					maxOdometerMeters: Number(odometer) > 0 ? Math.round(Number(odometer) * perUnit) : undefined,
					minYear: Number(year) > 0 ? Number(year) : undefined,
					makes: makes
						.split(",")
						.map((x) => x.trim())
						.filter(Boolean),
					cleanTitleOnly: clean || undefined,
				});
			}}
		>
			<Group gap="xs" mb="xs">
				<Title order={2} size="h4">
					{say(m.wishes)}
				</Title>
				<Badge variant="light" tt="none">
					{say(m.checklist)}
				</Badge>
			</Group>
			<SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm" maw={960}>
				<TextInput
					label={`${say(m.ceiling)} (${currency})`}
					value={ceiling}
					onChange={(e) => {
						setCeiling(e.currentTarget.value);
						setWrong(false);
					}}
					error={wrong && say(m.noAmount)}
					inputMode="decimal"
				/>
				<NumberInput
					label={say(m.maxOdometer, { unit: p.distance })}
					value={odometer}
					onChange={setOdometer}
					min={0}
					max={6_000_000}
					allowDecimal={false}
				/>
				<NumberInput
					label={say(m.minYear)}
					value={year}
					onChange={setYear}
					min={1900}
					max={2100}
					allowDecimal={false}
				/>
				<TextInput label={say(m.makes)} value={makes} onChange={(e) => setMakes(e.currentTarget.value)} />
			</SimpleGrid>
			<Checkbox
				mt="sm"
				label={say(m.cleanTitle)}
				checked={clean}
				onChange={(e) => setClean(e.currentTarget.checked)}
			/>
			<Button type="submit" mt="sm" variant="default" loading={save.isPending}>
				{say(m.save)}
			</Button>
			{save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
		</form>
	);
}
