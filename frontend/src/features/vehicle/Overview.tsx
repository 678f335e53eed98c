import { Badge, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FailureNote } from "../../components/FailureNote";
import { Origin } from "../../components/Origin";
import { count, day, distance, fromNow, money } from "../../lib/format";
import { type Preferences, usePreferences } from "../../lib/queries";
import { type Due, type History, historyQuery, type Vehicle } from "./api";
import { Notes } from "./Notes";

export function Overview({ vehicle: v }: { vehicle: Vehicle }) {
	const p = usePreferences();
	const q = useQuery(historyQuery(v.id));
	if (q.error) return <FailureNote error={q.error} title="The records could not be read" />;
	if (!q.data) return <Skeleton height={300} aria-label="Loading records" />;
	return (
		<SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
			<NextDue due={q.data.due} p={p} />
			<CostCard h={q.data} p={p} />
			<Claims v={v} />
			<Notes vehicle={v} />
		</SimpleGrid>
	);
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
	return (
		<Card withBorder component="section" aria-label={title}>
			<Title order={2} size="h5" mb="xs">
				{title}
			</Title>
			{children}
		</Card>
	);
}

function NextDue({ due, p }: { due: Due[]; p: Preferences }) {
	const known = due.filter((d) => !d.nothingOnFile).slice(0, 3);
	const missing = due.filter((d) => d.nothingOnFile);
	return (
		<Panel title="Next service">
			<Stack gap="xs">
				{known.length === 0 && (
					<Text size="sm" c="dimmed">
						No service on file yet. Add one, and Hubcap says when the next is due.
					</Text>
				)}
				{known.map((d) => (
					<Group key={d.kind} justify="space-between" wrap="nowrap" align="flex-start">
						<div>
							<Text size="sm" fw={550} tt="capitalize">
								{d.name}
							</Text>
							<Text size="xs" c="dimmed">
								last {day(d.last ?? "")}, every {interval(d, p)}
							</Text>
						</div>
						<Badge color={d.overdue ? "red" : "gray"} variant="light" tt="none">
							{left(d, p)}
						</Badge>
					</Group>
				))}
				{known.length > 0 && missing.length > 0 && (
					<Text size="xs" c="dimmed">
						Nothing on file for {missing.map((d) => d.name).join(", ")}.
					</Text>
				)}
			</Stack>
		</Panel>
	);
}

function interval(d: Due, p: Preferences): string {
	return [
		d.interval.km > 0 && distance(d.interval.km * 1000, p),
		d.interval.months > 0 && count(d.interval.months, "month"),
	]
		.filter(Boolean)
		.join(" or ");
}

function left(d: Due, p: Preferences): string {
	if (d.metersLeft !== undefined && d.metersLeft < 0) return `overdue by ${distance(-d.metersLeft, p)}`;
	if (d.daysLeft !== undefined && d.daysLeft < 0) return `overdue since ${day(d.on ?? "")}`;
	const parts = [
		d.metersLeft !== undefined && `in ${distance(d.metersLeft, p)}`,
		d.daysLeft !== undefined && fromNow(d.daysLeft),
	].filter(Boolean);
	return parts.join(" or ");
}

function CostCard({ h, p }: { h: History; p: Preferences }) {
	const c = h.cost;
	return (
		<Panel title="Running cost">
			{c ? (
				<>
					<Text size="xl" fw={650}>
						{money({
							minor: Math.round((c.minorPer1000Km * (p.distance === "mi" ? 1.609344 : 1)) / 1000),
							currency: c.currency,
						})}{" "}
						<Text span size="sm" c="dimmed" fw={400}>
							per {p.distance === "mi" ? "mile" : "kilometre"}
						</Text>{" "}
						<Origin kind="measured" />
					</Text>
					<Text size="sm" c="dimmed">
						{money({ minor: c.minor, currency: c.currency })} for service and fuel over{" "}
						{distance(c.spanMeters, p)}, from {count(c.services, "service record")} and{" "}
						{count(c.fuel, "fuel record")}.
					</Text>
				</>
			) : (
				<Text size="sm" c="dimmed">
					Not enough data: it takes two odometer readings at least {distance(1_000_000, p)} apart, none of
					them doubted, and a cost.
				</Text>
			)}
		</Panel>
	);
}

function Claims({ v }: { v: Vehicle }) {
	const c = v.claimed;
	const rows = (
		[
			["Model year", c.year || "", v.decoded.year || ""],
			["Make", c.make, v.decoded.make],
			["Model", c.model, v.decoded.model],
			["Trim", c.trim, v.decoded.trim],
			["Body", c.bodyClass, v.decoded.bodyClass],
			["Fuel", c.fuel, v.decoded.fuel],
			["Drive", c.drive, v.decoded.drive],
		] as const
	).filter(([, claimed]) => claimed);
	return (
		<Panel title="Claimed and decoded">
			{rows.length === 0 ? (
				<Text size="sm" c="dimmed">
					Nothing was claimed about this vehicle. Edit it to add what the seller says.
				</Text>
			) : (
				<Stack gap="xs">
					{rows.map(([name, claimed, decoded]) => (
						<Group key={name} gap="xs" wrap="nowrap" justify="space-between">
							<Text size="sm" c="dimmed">
								{name}
							</Text>
							<Text size="sm" ta="end">
								{claimed} <Origin kind="claimed" detail={c.source ? `Claimed by ${c.source}` : undefined} />
								<br />
								{decoded || "not reported"} <Origin kind={decoded ? "decoded" : "unknown"} />
							</Text>
						</Group>
					))}
				</Stack>
			)}
		</Panel>
	);
}
