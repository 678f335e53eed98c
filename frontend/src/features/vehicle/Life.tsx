import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Say, useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { stageName, stages } from "../../lib/stages";
import { sameVINQuery, type Vehicle } from "./api";
import classes from "./Life.module.css";
import { MergeVehicle } from "./MergeVehicle";
import { life as m } from "./messages";

/** The stages that were reached with their days and prices, where it came from, and its own fields. */
export function Life({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const at = stages.findIndex((s) => s === v.stage);
	const reached = stages.filter((s, i) => i === at || v.reached?.[s]);
	const own = Object.entries(v.fields ?? {}).sort(([a], [b]) => a.localeCompare(b));
	return (
		<Card withBorder component="section" aria-label={say(m.title)}>
			<Title order={2} size="h5" mb="xs">
				{say(m.title)}
			</Title>
			<ol className={classes.stages}>
				{reached.map((s) => {
					const day = v.reached?.[s];
					return (
						<li key={s} data-now={s === v.stage || undefined}>
							<Text span size="sm" fw={s === v.stage ? 650 : 400}>
								{stageName(s, say)}
							</Text>
							<Text span size="sm" c="dimmed">
								{[day ? say.day(day) : say(m.noDay), priceAt(v, s, say)].filter(Boolean).join(" · ")}
							</Text>
						</li>
					);
				})}
			</ol>
			{v.from?.file && (
				<Text size="sm" c="dimmed" mt="xs" style={{ overflowWrap: "anywhere" }}>
					{v.from.row
						? say(m.from, { file: v.from.file, row: v.from.row })
						: say(m.fromFile, { file: v.from.file })}
				</Text>
			)}
			{own.length > 0 && (
				<dl className={classes.own} aria-label={say(m.own)}>
					{own.map(([name, text]) => (
						<div key={name}>
							<dt>{name}</dt>
							<dd>{text}</dd>
						</div>
					))}
				</dl>
			)}
		</Card>
	);
}

function priceAt(v: Vehicle, stage: (typeof stages)[number], say: Say): string {
	if (stage === "bought" && v.paid) return say(m.paid, { price: say.money(v.paid) });
	if (stage === "listed" && v.asking) return say(m.asked, { price: say.money(v.asking) });
	if (stage === "sold" && v.soldFor) return say(m.soldFor, { price: say.money(v.soldFor) });
	return "";
}

/** The other records of this VIN: a vehicle comes back as a trade-in, or is saved twice. */
export function OtherLives({ vehicle: v }: { vehicle: Vehicle }) {
	const say = useSay();
	const q = useQuery(sameVINQuery(v.vin));
	const [merging, setMerging] = useState<Vehicle>();
	const may = { remove: useMay("vehicles.delete"), costs: useMay("costs.read") };
	const others = (q.data ?? []).filter((o) => o.id !== v.id);
	if (others.length === 0) return null;
	return (
		<Card withBorder component="section" aria-label={say(m.others)}>
			<Title order={2} size="h5">
				{say(m.others)}
			</Title>
			<Text size="xs" c="dimmed" mb="xs">
				{say(m.othersAbout)}
			</Text>
			<Stack gap="xs">
				{others.map((o) => (
					<Group key={o.id} justify="space-between" wrap="nowrap" gap="sm">
						<Text size="sm" style={{ overflowWrap: "anywhere" }}>
							<Link to="/vehicles/$id" params={{ id: o.id }} className="link">
								{say(m.earlier, {
									stage: stageName(o.stage, say),
									day: say.day(o.reached?.[o.stage] ?? o.created),
								})}
							</Link>{" "}
							<Text span c="dimmed">
								{[o.stock, o.plate, o.location, o.soldFor && say.money(o.soldFor)]
									.filter(Boolean)
									.join(" · ")}
							</Text>
						</Text>
						{may.remove && may.costs && (
							<Button
								size="compact-sm"
								variant="default"
								flex="none"
								aria-label={say(m.mergeThe, { day: say.day(o.created) })}
								onClick={() => setMerging(o)}
							>
								{say(m.merge)}
							</Button>
						)}
					</Group>
				))}
			</Stack>
			{merging && <MergeVehicle vehicle={v} other={merging} onClose={() => setMerging(undefined)} />}
		</Card>
	);
}
