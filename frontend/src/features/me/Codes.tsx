import { Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { createPortal } from "react-dom";
import { Dialog } from "../../components/access/Dialog";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { printPage } from "../../lib/print";
import { useSay } from "../../lib/say";
import { type Me, makeCodes, useChange } from "./api";
import classes from "./me.module.css";
import { m } from "./messages";
import { Row } from "./Part";

/** Ten codes that stand in for the second factor, shown once when they are made. */
export function Codes({ me, organisation, has }: { me: Me; organisation: string; has: boolean }) {
	const say = useSay();
	const [codes, setCodes] = useState<string[]>();
	const make = useChange(makeCodes, setCodes);
	const made = me.codesLeft > 0;
	return (
		<>
			<Row
				title={say(m.codes)}
				about={
					has
						? [say(m.codesLeft, { n: me.codesLeft }), made ? say(m.codesAgainAbout) : ""]
								.filter(Boolean)
								.join(" ")
						: say(m.codesNone)
				}
			>
				{has && (
					<Button variant="default" loading={make.isPending} onClick={() => make.mutate(undefined)}>
						{say(made ? m.codesAgain : m.codesMake)}
					</Button>
				)}
			</Row>
			{make.error && <FailureNote error={make.error} title={say(m.codesNot)} />}
			<Dialog opened={codes !== undefined} onClose={() => setCodes(undefined)} title={say(m.codesTitle)}>
				{codes && (
					<Shown codes={codes} me={me} organisation={organisation} onDone={() => setCodes(undefined)} />
				)}
			</Dialog>
		</>
	);
}

function Shown(props: { codes: string[]; me: Me; organisation: string; onDone: () => void }) {
	const say = useSay();
	const save = useSaveFile();
	const [made] = useState(() => new Date().toISOString());
	const about = say(m.codesFor, {
		login: props.me.login,
		organisation: props.organisation,
		day: say.moment(made),
	});
	const text = [say(m.codesSheet), about, "", ...props.codes, ""].join("\n");
	const list = (
		<ul className={classes.codes} aria-label={say(m.codesTitle)}>
			{props.codes.map((c) => (
				<li key={c}>{c}</li>
			))}
		</ul>
	);
	return (
		<Stack gap="md">
			<Text size="sm">{say(m.codesOnce)}</Text>
			{list}
			<Group gap="xs">
				<Button variant="default" onClick={() => void printPage()}>
					{say(m.codesPrint)}
				</Button>
				<Button
					variant="default"
					loading={save.isPending}
					onClick={() =>
						save.mutate({
							name: "hubcap-backup-codes.txt",
							file: new Blob([text], { type: "text/plain;charset=utf-8" }),
						})
					}
				>
					{say(m.codesSave)}
				</Button>
				<CopyButton value={props.codes.join("\n")}>
					{({ copied, copy }) => (
						<Button variant="default" onClick={copy}>
							{say(copied ? m.codesCopied : m.codesCopy)}
						</Button>
					)}
				</CopyButton>
			</Group>
			<Group justify="flex-end">
				<Button onClick={props.onDone}>{say(m.codesKept)}</Button>
			</Group>
			{createPortal(
				<div className={classes.sheet} data-sheet>
					<h1>{say(m.codesSheet)}</h1>
					<p>{about}</p>
					<ul className={classes.codes}>
						{props.codes.map((c) => (
							<li key={c}>{c}</li>
						))}
					</ul>
				</div>,
				document.body,
			)}
		</Stack>
	);
}
