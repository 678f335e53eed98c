import { Alert, Button, Container, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowBackUp, IconDeviceFloppy, IconListCheck } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { NotPermitted } from "../../components/access/NotPermitted";
import { toast } from "../../hooks/useWrite";
import { useRefresh } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { useMay, useSession } from "../../lib/session";
import { LaneList } from "./LaneList";
import { Sight, waiting } from "./lane";
import { m } from "./messages";
import { Orders } from "./Orders";
import { PhotoButton } from "./PhotoButton";
import { plausible, type Said } from "./plausible";
import type { Read } from "./reader";
import { ScannerBox } from "./ScannerBox";
import classes from "./scan.module.css";
import type { Sent } from "./send";
import { type Signal, signal } from "./sound";
import { useLanes } from "./useLanes";
import { Viewfinder } from "./Viewfinder";

/** What the page says of the last thing that was read. */
interface Word {
	what: Signal;
	text: string;
	/** The car that it is about. */
	scan?: string;
}

/** How long the frame is green after a car, in milliseconds. */
const greenMS = 700;

/** A row of cars: the camera or a scanner reads one after the other. */
export function ScanPage() {
	const say = useSay();
	useDocumentTitle(say(m.page));
	const navigate = useNavigate();
	const refresh = useRefresh();
	const session = useSession();
	const mayDecode = useMay("vin.decode");
	const mayWrite = useMay("vehicles.write");
	const [word, setWord] = useState<Word>();
	const [green, setGreen] = useState(false);
	const [made, setMade] = useState<Sent[]>([]);
	// What was ordered on this page is opened; what waited from before is only told.
	const follows = useRef(new Set<string>());

	const lanes = useLanes(async (sent) => {
		await refresh();
		if (sent.intake && follows.current.has(sent.lane.id))
			return navigate({ to: "/lists/$id", params: { id: sent.intake } });
		if (sent.intake) setMade((old) => [...old, sent]);
		else toast(say, say(m.saved, { n: sent.vehicles }), sent.batches, refresh);
	});
	const { lane, quiet } = lanes;
	const scans = lane?.scans ?? [];
	const open = (lane ? [lane, ...lanes.ordered] : lanes.ordered).flatMap(waiting).length;

	useEffect(() => {
		if (!green) return;
		const timer = setTimeout(() => setGreen(false), greenMS);
		return () => clearTimeout(timer);
	}, [green]);

	const tell = (w: Word) => {
		setWord(w);
		signal(w.what, !quiet);
	};
	const take = async (said: Said) => {
		if (!("vin" in said))
			return tell({ what: "none", text: say(m[said.not], { text: said.text.slice(0, 40) }) });
		const added = await lanes.scan(said.vin);
		if (!added) return;
		if (!added.again) setGreen(true);
		const text = say(added.again ? m.again : m.taken, { vin: said.vin });
		tell({ what: added.again ? "again" : "taken", text, scan: added.scan.id });
	};

	const sight = useRef(new Sight());
	const read = (r: Read) => {
		const said = r.texts.map((t) => plausible(t.text));
		const vin = said.find((s) => "vin" in s);
		// A label beside the VIN's own is no news while a car is in the picture.
		const other = vin ? undefined : said[0];
		const now = performance.now();
		if (vin && "vin" in vin && sight.current.fresh(vin.vin, vin.sure, now)) void take(vin);
		if (other && "not" in other && sight.current.fresh(other.text, false, now)) void take(other);
	};
	const undo = async () => {
		const last = scans.at(-1);
		if (!last) return;
		await lanes.remove(last.id);
		setWord({ what: "taken", text: say(m.undone, { vin: last.vin }) });
	};
	const finish = (how: "list" | "save") => {
		if (!lane) return;
		follows.current.add(lane.id);
		setWord(undefined);
		void lanes.order(how, say(m.listName, { at: say.moment(lane.started) }));
	};

	if (session && !mayDecode) return <NotPermitted />;
	const shown = scans.find((s) => s.id === word?.scan);
	const said =
		word?.what === "taken" && shown?.answer?.title
			? say(m.takenAs, { title: shown.answer.title })
			: word?.text;
	return (
		<Container size="md" py={{ base: "sm", sm: "lg" }}>
			<Stack gap="sm">
				<div>
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Text c="dimmed" visibleFrom="sm">
						{say(m.about)}
					</Text>
				</div>
				<Viewfinder onRead={read} taken={green} quiet={quiet} onQuiet={lanes.setQuiet}>
					<PhotoButton onSaid={(s) => void take(s)} onTrouble={(text) => tell({ what: "none", text })} />
				</Viewfinder>
				<Text role="status" className={classes.said} c={word?.what === "none" ? "var(--hub-bad)" : undefined}>
					{said}
				</Text>
				<ScannerBox
					onTyped={(text) => {
						const said = plausible(text);
						void take(said);
						return "vin" in said;
					}}
				/>
				{lanes.forgetful && <Alert color="orange">{say(m.forgetful)}</Alert>}
				{open > 0 && !lanes.here && (
					<Alert color="orange" role="status" title={say(m.waiting, { n: open })}>
						{say(m.waitingAbout)}
					</Alert>
				)}
				<Orders
					lanes={lanes.ordered}
					here={lanes.here}
					onReopen={lanes.reopen}
					onThrowAway={lanes.throwAway}
				/>
				{made.map((s) => (
					<Alert key={s.lane.id} color="green" role="status">
						{say.rich(m.madeList, {
							name: s.lane.name,
							link: (c) => (
								<Link to="/lists/$id" params={{ id: s.intake ?? "" }} className="link">
									{c}
								</Link>
							),
						})}
					</Alert>
				))}
				<section aria-labelledby="lane">
					<Group justify="space-between" mih={36}>
						<Title order={2} size="h4" id="lane">
							{say(m.lane, { n: scans.length })}
						</Title>
						{scans.length > 0 && (
							<Button
								variant="subtle"
								leftSection={<IconArrowBackUp size={18} aria-hidden />}
								onClick={() => void undo()}
							>
								{say(m.undo)}
							</Button>
						)}
					</Group>
					{!lanes.ready && <Skeleton height={80} aria-label={say(m.starting)} />}
					{lanes.ready && scans.length === 0 && <Text c="dimmed">{say(m.empty)}</Text>}
					<LaneList
						scans={scans}
						last={word?.scan}
						onNote={(id, note) => void lanes.note(id, note)}
						onTyped={(text) => {
							const said = plausible(text);
							if (!("vin" in said)) return false;
							void take(said);
							return true;
						}}
					/>
				</section>
				{scans.length > 0 && (mayWrite || !session) && (
					<Group gap="sm" className={classes.finish}>
						<Button
							size="md"
							leftSection={<IconListCheck size={18} aria-hidden />}
							onClick={() => finish("list")}
						>
							{say(m.check)}
						</Button>
						<Button
							size="md"
							variant="default"
							leftSection={<IconDeviceFloppy size={18} aria-hidden />}
							onClick={() => finish("save")}
						>
							{say(m.save)}
						</Button>
					</Group>
				)}
			</Stack>
		</Container>
	);
}
