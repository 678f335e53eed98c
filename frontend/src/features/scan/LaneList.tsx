import { Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconClock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useSay } from "../../lib/say";
import type { Scan } from "./lane";
import { m } from "./messages";
import classes from "./scan.module.css";

/** The cars of the lane, the last one first. */
export function LaneList(props: {
	scans: Scan[];
	/** The car that was meant last. */
	last?: string;
	onNote: (id: string, note: string) => void;
	/** What a scanner typed into a note: true where it was taken for a car. */
	onTyped: (text: string) => boolean;
}) {
	return (
		<ol className={classes.cars} reversed>
			{props.scans
				.map((scan, i) => (
					<li key={scan.id} className={classes.car} data-last={scan.id === props.last || undefined}>
						<Text span c="dimmed" className={classes.nr} aria-hidden>
							{i + 1}
						</Text>
						<div>
							<span className={classes.vin}>{scan.vin}</span>
							<Verdict scan={scan} />
						</div>
						<Note scan={scan} onNote={props.onNote} onTyped={props.onTyped} />
					</li>
				))
				.reverse()}
		</ol>
	);
}

function Verdict({ scan }: { scan: Scan }) {
	const say = useSay();
	const { answer } = scan;
	if (!answer)
		return (
			<Text size="sm" c="dimmed">
				<IconClock size={14} aria-hidden /> {say(m.waits)}
			</Text>
		);
	return (
		<Text size="sm">
			{answer.clean ? (
				<IconCheck size={14} color="var(--hub-good)" aria-hidden />
			) : (
				<IconAlertTriangle size={14} color="var(--hub-warn)" aria-hidden />
			)}{" "}
			{answer.title || say(m.unknown)} ·{" "}
			<Text span size="sm" c="dimmed">
				{answer.clean ? say(m.clean) : answer.remark}
			</Text>
			{answer.here && (
				<>
					{" · "}
					<Link to="/vehicles/$id" params={{ id: answer.here }} className="link">
						{say(m.hereAlready)}
					</Link>
				</>
			)}
		</Text>
	);
}

function Note(props: {
	scan: Scan;
	onNote: (id: string, note: string) => void;
	onTyped: (text: string) => boolean;
}) {
	const say = useSay();
	const { scan } = props;
	const [text, setText] = useState(scan.note);
	const keep = (note: string) => note !== scan.note && props.onNote(scan.id, note);
	return (
		<TextInput
			value={text}
			onChange={(e) => setText(e.currentTarget.value)}
			onBlur={() => keep(text)}
			onKeyDown={(e) => {
				if (e.key !== "Enter" && e.key !== "Tab") return;
				// A scanner types wherever the cursor stands: a VIN at the end is the next car.
				const typed = text.slice(-17);
				if (text.length >= 17 && props.onTyped(typed)) {
					const note = text.slice(0, -17).replace(/[I*\s]+$/, "");
					setText(note);
					keep(note);
					e.preventDefault();
					return;
				}
				if (e.key === "Enter") e.currentTarget.blur();
			}}
			aria-label={say(m.note, { vin: scan.vin })}
			placeholder={say(m.noteHint)}
			maxLength={200}
			autoComplete="off"
			size="sm"
		/>
	);
}
