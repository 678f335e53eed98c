import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconFileText, IconQuestionMark } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { metaQuery, usePreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import type { Vehicle } from "./api";
import classes from "./Invoice.module.css";
import { InvoiceText } from "./InvoiceText";
import {
	type Candidate,
	filled,
	howRead,
	isSame,
	lineOf,
	type Picked,
	put,
	type ReadField,
	type Sheet,
	shown,
} from "./invoice";
import { invoice as m } from "./messages";
import { RecordForm } from "./RecordForm";
import type { Fields } from "./recordFields";

/** The service form with what was read, beside the text that it was read from. */
export function InvoiceForm(props: {
	vehicle: Vehicle;
	text: string;
	sheet: Sheet;
	/** Goes back to the text; without it the text can't be changed. */
	onAgain?: () => void;
	onSaved?: (id: string) => void;
	onDone: () => void;
}) {
	const say = useSay();
	const { vehicle: v, sheet } = props;
	const p = usePreferences();
	const [at, setAt] = useState<ReadField>();
	const [picked, setPicked] = useState<Picked>({});
	const [totalAt, setTotalAt] = useState<number>();
	const top = useRef<HTMLDivElement>(null);
	useEffect(() => top.current?.focus(), []);

	const below = (field: ReadField, f: Fields, set: (part: Partial<Fields>) => void) => {
		if (field === "work") return <WorkRead sheet={sheet} />;
		const line = lineOf(sheet, field);
		const own = picked[field];
		const pick = (c: Candidate, item = 0) => {
			set(put(field, c, f, say, item, totalAt));
			setPicked((old) => ({ ...old, [field]: c }));
			setAt(field);
		};
		const value = own ?? line.chosen;
		if (field === "total" && value && f.items.length > 1)
			return (
				<TotalFor
					total={value.text}
					items={f.items}
					at={totalAt}
					onPut={(i) => {
						pick(value, i);
						setTotalAt(i);
					}}
				/>
			);
		const open = !line.chosen && line.candidates.length > 0;
		return (
			<div className={classes.below}>
				<Text size="xs" c={open && !own ? "var(--hub-warn)" : "dimmed"} className={classes.how}>
					{open && !own ? <IconQuestionMark size={14} aria-hidden /> : <IconFileText size={14} aria-hidden />}
					{own ? say(m.byYou) : howRead(line, sheet, say)}
				</Text>
				{open && (
					<Group gap={6}>
						{line.candidates.map((c) => (
							<Button
								key={`${c.from} ${c.value}`}
								size="compact-sm"
								variant={isSame(own, c) ? "light" : "default"}
								aria-pressed={isSame(own, c)}
								aria-label={say(m.take, { text: shown(field, c, say) })}
								onFocus={() => setAt(field)}
								onClick={() => pick(c)}
							>
								{shown(field, c, say)}
							</Button>
						))}
					</Group>
				)}
			</div>
		);
	};
	return (
		<div ref={top} tabIndex={-1} className={classes.both}>
			<div>
				<Other vehicle={v} sheet={sheet} />
				<RecordForm
					kind="service"
					vehicle={v}
					begin={filled(sheet, p.currency, say)}
					read={{ below, onField: setAt }}
					onSaved={props.onSaved}
					onDone={props.onDone}
				/>
			</div>
			<div className={classes.text}>
				<Group justify="space-between" mb={4}>
					<Title order={3} size="h6">
						{say(m.textRead)}
					</Title>
					{props.onAgain && (
						<Button size="compact-sm" variant="subtle" onClick={props.onAgain}>
							{say(m.again)}
						</Button>
					)}
				</Group>
				<InvoiceText text={props.text} sheet={sheet} picked={picked} at={at} />
			</div>
		</div>
	);
}

function WorkRead({ sheet }: { sheet: Sheet }) {
	const say = useSay();
	const terms = say.list(sheet.work.map((w) => w.text));
	return (
		<Text size="xs" c={terms ? "dimmed" : "var(--hub-warn)"} className={classes.how}>
			{terms ? <IconFileText size={14} aria-hidden /> : <IconQuestionMark size={14} aria-hidden />}
			{terms ? say(m.workRead, { terms }) : say(m.noWork)}
		</Text>
	);
}

/** A total is of all the work: a person says with which it stands. */
function TotalFor(props: {
	total: string;
	items: Fields["items"];
	at?: number;
	onPut: (item: number) => void;
}) {
	const say = useSay();
	const meta = useQuery(metaQuery);
	const name = (kind: string) => meta.data?.serviceKinds?.find((k) => k.kind === kind)?.name ?? kind;
	return (
		<Stack gap={6} mt={4} role="group" aria-label={say(m.total, { total: props.total })}>
			<Text size="xs" c={props.at === undefined ? "var(--hub-warn)" : "dimmed"} className={classes.how}>
				<IconFileText size={14} aria-hidden />
				{say(m.total, { total: props.total })}
			</Text>
			<Group gap={6}>
				{props.items.map((x, i) => (
					<Button
						key={x.key}
						size="compact-sm"
						variant={props.at === i ? "light" : "default"}
						aria-pressed={props.at === i}
						onClick={() => props.onPut(i)}
					>
						{name(x.kind)}
					</Button>
				))}
			</Group>
		</Stack>
	);
}

/** An invoice of another vehicle is saved on this one only with open eyes. */
function Other({ vehicle: v, sheet }: { vehicle: Vehicle; sheet: Sheet }) {
	const say = useSay();
	const vin = lineOf(sheet, "vin").chosen?.value;
	const plate = lineOf(sheet, "plate").chosen?.value;
	const bare = (s: string) => s.replaceAll(/[^\p{L}\d]/gu, "").toUpperCase();
	const said =
		vin && bare(vin) !== v.vin
			? say(m.otherVIN, { vin, own: v.vin })
			: plate && v.plate && bare(plate) !== bare(v.plate)
				? say(m.otherPlate, { plate, own: v.plate })
				: undefined;
	if (!said) return null;
	return (
		<Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} mb="sm" role="alert">
			<Text size="sm">{said}</Text>
		</Alert>
	);
}
