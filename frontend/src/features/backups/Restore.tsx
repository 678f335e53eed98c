import { Button, Card, NativeSelect, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Part } from "../../components/access/Part";
import { Row, Rows } from "../../components/access/Rows";
import { FailureNote } from "../../components/FailureNote";
import { bytes } from "../../lib/bytes";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type Backup, type Points, pointsQuery } from "./api";
import { Copies } from "./Copies";
import { restoreText as m } from "./messages";
import { OneVehicle } from "./OneVehicle";
import { SideCopy } from "./SideCopy";
import { Timeline } from "./Timeline";
import { type Reached, reached } from "./words";

/** What can be restored of a place, to which moment, and how: a side copy, or one vehicle. */
export function Restore({ places }: { places: Backup[] }) {
	const say = useSay();
	const { of } = useSearch({ from: "/backups" });
	const navigate = useNavigate({ from: "/backups" });
	const b = places.find((p) => p.id === of) ?? places[0];
	if (!b)
		return (
			<Stack gap="md">
				<div>
					<Text fw={600}>{say(m.none)}</Text>
					<Text c="dimmed">{say(m.noneAbout)}</Text>
				</div>
				<Copies />
			</Stack>
		);
	return (
		<Stack gap="md">
			{places.length > 1 && (
				<NativeSelect
					label={say(m.from)}
					value={b.id}
					onChange={(e) => navigate({ search: { tab: "restore", of: e.currentTarget.value } })}
					data={places.map((p) => ({ value: p.id, label: `${p.name} (${p.where})` }))}
					maw={420}
				/>
			)}
			<Of key={b.id} of={b} />
		</Stack>
	);
}

function Of({ of: b }: { of: Backup }) {
	const say = useSay();
	const q = useQuery({
		...pointsQuery(b.id),
		// The first whole copy of a backup comes by itself.
		refetchInterval: ({ state }) => (state.data?.points.length === 0 ? 2_000 : false),
	});
	if (q.data && (q.data.points.length > 0 || q.data.reaches.length > 0))
		return <Moment of={b} points={q.data} />;
	return (
		<>
			{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton height={280} aria-label={say(m.loading)} />}
			{q.data && (
				<Card withBorder padding="md" role="status">
					<Text>{say(m.empty)}</Text>
				</Card>
			)}
			<Copies />
		</>
	);
}

/** The moment that is asked for; undefined is the newest. */
function Moment({ of: b, points: p }: { of: Backup; points: Points }) {
	const say = useSay();
	const owns = useMay("organisation.manage");
	const [at, setAt] = useState<Date>();
	const got: Reached = at ? reached(at, p) : { kind: "any" };
	const wished = at && got.kind !== "none" ? at.toISOString() : undefined;
	const can = got.kind !== "none";
	return (
		<>
			<Part title={say(m.whenTitle)} about={say(m.whenAbout)}>
				<Timeline points={p} at={at} got={got} onAt={setAt} />
			</Part>
			{owns && <SideCopy of={b} at={wished} can={can} />}
			<Copies />
			{owns && <OneVehicle of={b} at={wished} can={can} />}
			<Whole points={p} onAt={setAt} />
		</>
	);
}

function Whole(props: { points: Points; onAt: (at: Date) => void }) {
	const say = useSay();
	const { points: p } = props;
	const lines = new Set(p.points.map((x) => x.line)).size > 1;
	const head = [say(m.pointTime), say(m.pointSize), ...(lines ? [say(m.pointLine)] : []), say(m.pointWhole)];
	return (
		<Part title={say(m.points)} about={say(m.pointsAbout)}>
			<Rows label={say(m.points)} head={head} act={say(m.use)}>
				{p.points.map((x) => (
					<Row
						key={`${x.line} ${x.seq} ${x.time}`}
						head={head}
						cells={[
							say.moment(x.time),
							bytes(x.bytes, say),
							...(lines ? [say(m.pointLineOf, { n: x.line })] : []),
							say(x.whole ? m.whole : m.notWhole),
						]}
						act={
							x.whole ? (
								<Button
									size="compact-sm"
									variant="default"
									// The second after it, so that nothing of it is cut off.
									onClick={() => props.onAt(new Date(Math.ceil(new Date(x.time).getTime() / 1000) * 1000))}
									aria-label={say(m.useOf, { at: say.moment(x.time) })}
								>
									{say(m.use)}
								</Button>
							) : undefined
						}
					/>
				))}
			</Rows>
			{p.strange > 0 && (
				<Text size="sm" c="dimmed" mt="xs">
					{say(m.strange, { n: p.strange })}
				</Text>
			)}
		</Part>
	);
}
