import { Badge, Button, Card, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Schemas } from "../../lib/api";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { publicDataQuery, type Vehicle } from "./api";
import { publicData as m } from "./messages";
import classes from "./PublicData.module.css";

type Found = Schemas["PublicData"];
type Recall = Schemas["Recall"];

/** Recalls and fuel economy of the model: nothing where nobody brought any in and this person can't. */
export function PublicData({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const q = useQuery(publicDataQuery(v.id));
	const manages = useMay("vpic.manage");
	const found = q.data;
	if (!found || (found.sources.length === 0 && !manages)) return null;
	return (
		<Card withBorder component="section" aria-label={say(m.title)}>
			<Title order={2} size="h5" mb="xs">
				{say(m.title)}
			</Title>
			{found.sources.length > 0 && found.year === 0 ? (
				<Text size="sm" c="dimmed">
					{say(m.noYear)}
				</Text>
			) : (
				<Stack gap="md">
					<Recalls of={found} manages={manages} />
					<Economy of={found} manages={manages} />
				</Stack>
			)}
		</Card>
	);
}

/** The newest day of a kind's files; undefined where there is none. */
function newest(of: Found, kind: "recalls" | "economy"): string | undefined {
	const days = of.sources.filter((s) => s.kind === kind).map((s) => s.newest ?? "");
	return days.length > 0 ? (days.sort().at(-1) ?? "") : undefined;
}

function Absent({ text, manages }: { text: string; manages: boolean }) {
	const say = useSay();
	return (
		<Text size="sm" c="dimmed">
			{text}{" "}
			{manages && (
				<Link to="/settings" hash="reference" className="link">
					{say(m.bring)}
				</Link>
			)}
		</Text>
	);
}

const few = 3;

function Recalls({ of, manages }: { of: Found; manages: boolean }) {
	const say = useSay();
	const [all, setAll] = useState(false);
	const day = newest(of, "recalls");
	if (day === undefined) return <Absent text={say(m.noRecalls)} manages={manages} />;
	const shown = all ? of.recalls : of.recalls.slice(0, few);
	return (
		<div>
			<Text size="sm" fw={600}>
				{say(m.recalls, { n: of.recalls.length })}
			</Text>
			<Text size="xs" c="dimmed">
				{of.recalls.length > 0 && `${say(m.confirm)} `}
				{say(m.asOf, { day: day ? say.day(day) : "?" })}.
			</Text>
			{shown.length > 0 && (
				<ul className={classes.list}>
					{shown.map((r) => (
						<One key={r.campaign} recall={r} />
					))}
				</ul>
			)}
			{shown.length < of.recalls.length && (
				<Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
					{say(m.more, { n: of.recalls.length })}
				</Button>
			)}
		</div>
	);
}

function One({ recall: r }: { recall: Recall }) {
	const say = useSay();
	return (
		<li>
			<details>
				<summary className={classes.summary}>
					<Text span size="sm" fw={550}>
						{r.components.map(component).join("; ") || r.campaign}
					</Text>
					<Text span size="xs" c="dimmed" className={classes.when}>
						{[r.reported && say.day(r.reported), say(m.campaign, { number: r.campaign })]
							.filter(Boolean)
							.join(" · ")}
					</Text>
					{(r.doNotDrive || r.parkOutside) && (
						<Badge
							className={classes.advice}
							color="red"
							variant="light"
							tt="none"
							leftSection={<IconAlertTriangle size={12} aria-hidden />}
						>
							{say(r.doNotDrive ? m.doNotDrive : m.parkOutside)}
						</Badge>
					)}
				</summary>
				<Stack gap={6} mt={4} mb="xs">
					<Text size="sm">{r.summary}</Text>
					{r.consequence && <Named name={say(m.consequence)} text={r.consequence} />}
					{r.remedy && <Named name={say(m.remedy)} text={r.remedy} />}
					<Text size="xs" c="dimmed">
						{aboutOf(r, say)}
					</Text>
				</Stack>
			</details>
		</li>
	);
}

function aboutOf(r: Recall, say: Say): string {
	return [
		r.manufacturer,
		r.match === "variant" && say(m.of, { model: r.model }),
		r.match === "broader" && say(m.broader, { model: r.model }),
		r.yearUnknown && say(m.yearUnknown),
		r.affected && say(m.affected, { n: r.affected }),
	]
		.filter(Boolean)
		.join(" · ");
}

function Named({ name, text }: { name: string; text: string }) {
	return (
		<Text size="sm">
			<b>{name}:</b> {text}
		</Text>
	);
}

/** "SERVICE BRAKES, HYDRAULIC:PEDALS" in the shape of a sentence. */
function component(name: string): string {
	const words = name.toLowerCase().replaceAll(":", ": ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}

function Economy({ of, manages }: { of: Found; manages: boolean }) {
	const say = useSay();
	const day = newest(of, "economy");
	if (day === undefined) return <Absent text={say(m.noEconomy)} manages={manages} />;
	const e = of.economy;
	if (e.entries.length === 0)
		return (
			<Text size="sm" c="dimmed">
				{say(m.notRated)}
			</Text>
		);
	const electric = e.entries.every((x) => /^electric/i.test(x.fuel ?? ""));
	return (
		<div>
			<Text size="lg" fw={650} lh={1.3}>
				{rating(e.combined, electric, say)}{" "}
				<Text span size="sm" c="dimmed" fw={400}>
					{say(m.combined)}
				</Text>
			</Text>
			<Text size="sm" c="dimmed">
				{say(m.cityHighway, {
					city: rating(e.city, electric, say),
					highway: rating(e.highway, electric, say),
				})}
				{". "}
				{say(m.rated, { n: e.entries.length, day: day ? say.day(day) : "?" })}.
			</Text>
		</div>
	);
}

/** A rating in the reader's unit; the least and the most where they differ. Of what runs on electricity, MPGe. */
function rating(s: { low: number; high: number }, electric: boolean, say: Say): string {
	const one = (mpg: number) =>
		electric ? `${say.number(mpg)} MPGe` : say.economy(mpg * 1609.344 * 10, 37_854.118);
	if (s.low === s.high) return one(s.low);
	// Litres for a distance go the other way.
	const [a, b] = [one(s.low), one(s.high)].sort((x, y) => x.localeCompare(y, undefined, { numeric: true }));
	return `${a?.split(" ")[0]} – ${b}`;
}
