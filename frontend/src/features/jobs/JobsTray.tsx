import {
	Button,
	CloseButton,
	Loader,
	RingProgress,
	Text,
	Title,
	UnstyledButton,
	VisuallyHidden,
} from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconPlayerPause } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useShortcuts } from "../../hooks/useShortcuts";
import type { Job } from "../../lib/jobs";
import { useSay } from "../../lib/say";
import { jobsQuery, removeJob } from "./api";
import { JobRow } from "./JobRow";
import classes from "./JobsTray.module.css";
import { m } from "./messages";
import { inShort, isNews, percentOf, stateOf } from "./words";

/**
 * Long work, in the corner of every page: how far it is, and what can be done
 * about it. It is there while something runs or has just ended.
 */
export function JobsTray() {
	const say = useSay();
	const client = useQueryClient();
	const jobs = useQuery(jobsQuery);
	const [open, setOpen] = useState(false);
	const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
	const box = useRef<HTMLElement>(null);
	const all = jobs.data ?? [];
	const news = all.filter((j) => isNews(j, Date.now()) && !(j.ended && hidden.has(j.id)));
	const shown = open ? (news.length > 0 ? news : all.slice(0, 20)) : news;
	const show = () => {
		setOpen(true);
		setTimeout(() => box.current?.querySelector<HTMLElement>("[data-title]")?.focus());
	};
	useShortcuts({ jobs: () => (open ? setOpen(false) : show()) });
	useEffect(() => {
		const asked = () => show();
		globalThis.addEventListener(openJobs, asked);
		return () => globalThis.removeEventListener(openJobs, asked);
	});
	// A button that went with its job, or with a step of it, takes the focus along; Esc must still find the tray.
	const within = useRef(false);
	const steps = shown.map((j) => `${j.id} ${j.state} ${j.asked ?? ""}`).join();
	// biome-ignore lint/correctness/useExhaustiveDependencies: when a button may have gone
	useEffect(() => {
		if (open && within.current && document.activeElement === document.body)
			box.current?.querySelector<HTMLElement>("[data-title]")?.focus();
	}, [open, steps]);
	const clear = useMutation({
		mutationFn: () => Promise.all(all.filter((j) => j.ended).map((j) => removeJob(j.id))),
		onSettled: () => client.invalidateQueries({ queryKey: ["jobs"] }),
	});
	const close = () => {
		setOpen(false);
		setHidden(new Set(all.filter((j) => j.ended).map((j) => j.id)));
	};
	if (!open && news.length === 0) return <Spoken jobs={all} />;
	return (
		<>
			<Spoken jobs={all} />
			<div className={`${classes.room} no-print`} />
			<section
				ref={box}
				className={`${classes.tray} no-print`}
				aria-label={say(m.title)}
				data-small={!open || undefined}
				onKeyDown={(e) => {
					if (e.key === "Escape") close();
				}}
				onFocus={() => {
					within.current = true;
				}}
				onBlur={(e) => {
					// With nothing that takes it the focus was lost, not moved.
					if (e.relatedTarget && !e.currentTarget.contains(e.relatedTarget)) within.current = false;
				}}
			>
				{!open && (
					<UnstyledButton
						className={classes.bar}
						onClick={show}
						aria-expanded={false}
						aria-label={`${inShort(news, say)}. ${say(m.open)}`}
					>
						<Sign jobs={news} />
						{inShort(news, say)}
					</UnstyledButton>
				)}
				{open && (
					<>
						<div className={classes.head}>
							<Title order={2} size="h5" tabIndex={-1} data-title>
								{say(m.title)}
							</Title>
							<CloseButton onClick={close} aria-label={say(m.close)} />
						</div>
						{jobs.error && (
							<FailureNote error={jobs.error} title={say(m.listFailed)} onRetry={() => jobs.refetch()} />
						)}
						{jobs.isPending && !jobs.error && <Loader m="md" size="sm" aria-label={say(m.loading)} />}
						{jobs.data && shown.length === 0 && (
							<Text size="sm" p="md">
								{say(m.none)}
							</Text>
						)}
						{/* A list that may scroll is reached by the keyboard too. */}
						<ul
							className={classes.list}
							tabIndex={shown.length > 2 ? 0 : undefined}
							aria-label={say(m.title)}
						>
							{shown.map((j) => (
								<JobRow key={j.id} job={j} />
							))}
						</ul>
						{shown.filter((j) => j.ended).length > 1 && (
							<Button
								variant="subtle"
								size="compact-sm"
								m="xs"
								loading={clear.isPending}
								onClick={() => clear.mutate()}
							>
								{say(m.clear)}
							</Button>
						)}
					</>
				)}
			</section>
		</>
	);
}

/** The event that opens the tray from elsewhere, such as the palette. */
export const openJobs = "hubcap:jobs";

function Sign({ jobs }: { jobs: Job[] }) {
	const running = jobs.find((j) => j.state === "running");
	const percent = running && percentOf(running);
	if (running)
		return percent === undefined ? (
			<Loader size={18} aria-hidden />
		) : (
			<RingProgress size={24} thickness={4} sections={[{ value: percent, color: "petrol" }]} aria-hidden />
		);
	if (jobs.some((j) => !j.ended)) return <IconPlayerPause size={18} aria-hidden />;
	if (jobs.some((j) => j.state === "failed"))
		return <IconAlertTriangle size={18} className={classes.failed} aria-hidden />;
	return <IconCheck size={18} className={classes.done} aria-hidden />;
}

const spokenMS = 5_000;

/** Tells who hears the page how jobs go, at most every five seconds. */
function Spoken({ jobs }: { jobs: Job[] }) {
	const say = useSay();
	const [text, setText] = useState("");
	const last = useRef<{ at: number; of: Map<string, string> }>(undefined);
	useEffect(() => {
		const now = new Map(
			jobs.map((j) => {
				const percent = j.state === "running" ? percentOf(j) : undefined;
				return [
					j.id,
					percent === undefined
						? say(m.said, { title: j.title, state: stateOf(j, say) })
						: say(m.saidAt, { title: j.title, percent: Math.floor(percent / 10) * 10 }),
				];
			}),
		);
		// What stood there when the page opened is not news.
		if (!last.current) {
			if (jobs.length > 0) last.current = { at: 0, of: now };
			return;
		}
		const tell = () => {
			const news = [...now].filter(([id, s]) => last.current?.of.get(id) !== s).map(([, s]) => s);
			if (news.length > 0) setText(news.slice(0, 3).join(". "));
			last.current = { at: news.length > 0 ? Date.now() : (last.current?.at ?? 0), of: now };
		};
		const wait = Math.max(0, last.current.at + spokenMS - Date.now());
		const timer = setTimeout(tell, wait);
		return () => clearTimeout(timer);
	}, [jobs, say]);
	return (
		<VisuallyHidden role="status" data-visually-hidden>
			{text}
		</VisuallyHidden>
	);
}
