import { Anchor, Card, Container, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { usePreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { may, useMay, useSession } from "../../lib/session";
import { hubSettingsQuery } from "./api";
import { CheckRow, SampleRow } from "./DataRows";
import { IndexRow, ReportRow } from "./Diagnostics";
import { DoctorRow } from "./Doctor";
import { HubSettings } from "./HubSettings";
import { m } from "./messages";
import { placeRows } from "./PlaceRows";
import { PreferenceControl, standardOf } from "./PreferenceControl";
import { alsoCalled, preferenceSettings, type Section, sectionNames } from "./preferences";
import { ReferenceRow } from "./Reference";
import { SettingRow } from "./SettingRow";
import { VpicRow } from "./Vpic";

interface Row {
	id: string;
	section: Section;
	/** What it is found by. */
	words: string;
	row: ReactNode;
}

/** Everything that can be set, found by any word of it. */
export function SettingsPage() {
	const say = useSay();
	const { q = "" } = useSearch({ from: "/settings" });
	const navigate = useNavigate({ from: "/settings" });
	const here = useLocation({ select: (l) => l.hash });
	const ofHubToo = useMay("hub.manage");
	const hub = useQuery({ ...hubSettingsQuery, enabled: ofHubToo });
	useDocumentTitle(say(m.page));
	useEffect(() => {
		const row = document.getElementById(`setting-${here}`);
		row?.scrollIntoView({ block: "center" });
		row?.focus({ preventScroll: true });
	}, [here]);

	const wanted = q.trim().toLowerCase().split(/\s+/).filter(Boolean);
	const matches = (words: string) => wanted.every((w) => words.toLowerCase().includes(w));
	const rows = useRows(here).filter((r) => matches(`${say(sectionNames[r.section])} ${r.words}`));
	const ofHub = hub.data?.filter((s) => matches(`${say(m.hub)} ${s.key} ${s.about} ${s.env} ${s.value}`));
	const shown = (["general", "units", "keyboard", "data", "access", "diagnostics"] as const).filter((s) =>
		rows.some((r) => r.section === s),
	);
	const hubShown = ofHubToo && (wanted.length === 0 || hub.error !== null || (ofHub?.length ?? 0) > 0);
	return (
		<Container size="md" py="lg">
			<Stack gap="lg">
				<Group justify="space-between" align="flex-end" gap="sm">
					<div>
						<Title order={1} size="h2">
							{say(m.title)}
						</Title>
						<Text c="dimmed">{say(m.about)}</Text>
					</div>
					<TextInput
						type="search"
						value={q}
						onChange={(e) => {
							const value = e.currentTarget.value;
							void navigate({ search: { q: value || undefined }, replace: true, resetScroll: false });
						}}
						aria-label={say(m.find)}
						placeholder={say(m.findHint)}
						leftSection={<IconSearch size={16} aria-hidden />}
						w={{ base: "100%", sm: 280 }}
						autoComplete="off"
					/>
				</Group>
				{wanted.length > 0 && shown.length === 0 && !hubShown && (
					<Text role="status">
						{say(m.none, { q })}{" "}
						<Anchor component="button" underline="always" onClick={() => navigate({ search: {} })}>
							{say(m.clear)}
						</Anchor>
					</Text>
				)}
				{shown.map((section) => (
					<Part key={section} title={say(sectionNames[section])}>
						{rows.filter((r) => r.section === section).map((r) => r.row)}
					</Part>
				))}
				{hubShown && (
					<Part title={say(m.hub)} about={say(m.hubAbout)}>
						<HubSettings items={ofHub} error={hub.error} here={here} />
					</Part>
				)}
			</Stack>
		</Container>
	);
}

function Part({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
	return (
		<Card withBorder component="section" aria-label={title} padding="md">
			<Title order={2} size="h4">
				{title}
			</Title>
			{about && (
				<Text size="sm" c="dimmed" mb="xs">
					{about}
				</Text>
			)}
			{children}
		</Card>
	);
}

function useRows(here: string): Row[] {
	const say = useSay();
	const p = usePreferences();
	const session = useSession();
	const own = preferenceSettings.map((s): Row => {
		const [title, about] = [say(s.title), say(s.about)];
		return {
			id: s.key,
			section: s.section,
			words: `${title} ${about} ${alsoCalled(s)}`,
			row: (
				<SettingRow
					key={s.key}
					id={s.key}
					title={title}
					about={about}
					here={here === s.key}
					facts={[say(m.standard, { value: standardOf(s, say) }), say(m.atOnce)]}
					control={<PreferenceControl of={s} p={p} />}
				/>
			),
		};
	});
	const more = [
		{ id: "vpic", needs: "vpic.manage", section: "data", title: m.vpic, about: m.vpicAbout, Row: VpicRow },
		{
			id: "reference",
			needs: "vpic.manage",
			section: "data",
			title: m.reference,
			about: m.referenceAbout,
			Row: ReferenceRow,
		},
		{
			id: "sample",
			needs: "hub.manage",
			section: "data",
			title: m.sample,
			about: m.sampleAbout,
			Row: SampleRow,
		},
		{ id: "check", needs: "", section: "data", title: m.check, about: m.checkAbout, Row: CheckRow },
		...placeRows,
		{
			id: "index",
			needs: "hub.manage",
			section: "diagnostics",
			title: m.index,
			about: m.indexAbout,
			Row: IndexRow,
		},
		{
			id: "doctor",
			needs: "hub.manage",
			section: "diagnostics",
			title: m.doctor,
			about: m.doctorAbout,
			Row: DoctorRow,
		},
		{
			id: "report",
			needs: "hub.manage",
			section: "diagnostics",
			title: m.report,
			about: m.reportAbout,
			Row: ReportRow,
		},
	] as const;
	return [
		...own,
		...more
			.filter((r) => r.needs === "" || may(session, r.needs))
			.map(
				({ id, section, title, about, Row }): Row => ({
					id,
					section,
					words: `${say(title)} ${say(about)}`,
					row: <Row key={id} here={here === id} />,
				}),
			),
	];
}
