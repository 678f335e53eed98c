import { Group, Text, Title } from "@mantine/core";
import { Fragment, type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from "react";
import type { Finding, Insight, Sentence } from "../lib/brief";
import { useSay } from "../lib/say";
import classes from "./BriefingText.module.css";
import { type Evidence, Findings } from "./Findings";
import { m } from "./messages";

/** The text of a briefing. Each sentence opens, in place, the findings that it rests on. */
export function BriefingText({ insight, evidence }: { insight: Insight; evidence?: Evidence }) {
	const say = useSay();
	const id = useId();
	const [open, setOpen] = useState<string>();
	const findings = new Map(insight.findings.map((f) => [f.id, f]));
	// The sentence is known by its findings: the model's words for it may come while it is open.
	const at = insight.sentences.findIndex((s) => open !== undefined && s.findings.join() === open);
	const sentence = insight.sentences[at];
	return (
		<>
			<Paragraph>
				{insight.sentences.map((s) => {
					const key = s.findings.join();
					return (
						<Fragment key={s.text}>
							{s.findings.length === 0 ? (
								s.text
							) : (
								<OpeningSentence
									sentence={s}
									severity={severityOf(s, findings)}
									on={key === open}
									panel={id}
									onToggle={(on) => setOpen(on ? key : undefined)}
								/>
							)}{" "}
						</Fragment>
					);
				})}
			</Paragraph>
			{sentence && (
				<section id={id} className={classes.evidence} aria-label={say(m.evidence)}>
					<Group justify="space-between" mb={6}>
						<Title order={3} size="h6">
							{say(m.restsOn)}
						</Title>
						<button type="button" className="link" onClick={() => setOpen(undefined)}>
							<Text span size="xs">
								{say(m.close)}
							</Text>
						</button>
					</Group>
					<Findings findings={sentence.findings.flatMap((f) => findings.get(f) ?? [])} evidence={evidence} />
				</section>
			)}
		</>
	);
}

/** Text that never gets shorter, so that what stands below does not jump up when new words come. */
function Paragraph({ children }: { children: React.ReactNode }) {
	const box = useRef<HTMLParagraphElement>(null);
	const tallest = useRef({ height: 0, width: 0 });
	useLayoutEffect(() => {
		const p = box.current;
		if (!p) return;
		const { offsetWidth: width, offsetHeight: height } = p;
		tallest.current = {
			width,
			height: width === tallest.current.width ? Math.max(height, tallest.current.height) : 0,
		};
		p.style.minHeight = `${tallest.current.height}px`;
	});
	return (
		<p ref={box} className={classes.text} data-testid="briefing">
			{children}
		</p>
	);
}

function OpeningSentence(props: {
	sentence: Sentence;
	severity?: string;
	on: boolean;
	panel: string;
	onToggle: (on: boolean) => void;
}) {
	const press = (e: KeyboardEvent) => {
		if (e.key === "Escape") props.onToggle(false);
		if (e.key !== "Enter" && e.key !== " ") return;
		e.preventDefault();
		props.onToggle(!props.on);
	};
	return (
		// A <button> is laid out as a box and would break the lines of the text; this one flows.
		// biome-ignore lint/a11y/useSemanticElements: see above
		<span
			role="button"
			tabIndex={0}
			className={classes.sentence}
			data-severity={props.severity}
			aria-expanded={props.on}
			aria-controls={props.on ? props.panel : undefined}
			onClick={() => props.onToggle(!props.on)}
			onKeyDown={press}
		>
			{props.sentence.text}
		</span>
	);
}

function severityOf(s: Sentence, findings: Map<string, Finding>): string | undefined {
	const all = s.findings.map((id) => findings.get(id)?.severity);
	return ["critical", "warning"].find((severity) => all.includes(severity));
}
