import { Button, Group, Modal, NumberInput, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePreferences, useSetPreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { FailureNote } from "../FailureNote";
import { type Code, labelSheetsQuery, type PrintOrder } from "./api";
import { m } from "./messages";
import { usePaper } from "./usePaper";

/** Asks on which labels to print, with which code, and where the sheet begins. */
export function LabelDialog(props: {
	n: number;
	opened: boolean;
	busy: boolean;
	onClose: () => void;
	onPrint: (o: PrintOrder) => void;
}) {
	const say = useSay();
	const preferences = usePreferences();
	const remember = useSetPreferences();
	const [paper] = usePaper();
	const q = useQuery({ ...labelSheetsQuery, enabled: props.opened });
	const [chosen, choose] = useState<string>();
	const [code, setCode] = useState<Code>("qr");
	const [start, setStart] = useState<number | string>(1);
	const sheets = q.data ?? [];
	const wanted = chosen ?? preferences.labels ?? (paper === "letter" ? "5160" : "L7160");
	const sheet = sheets.find((s) => s.id === wanted) ?? sheets[0];
	const perPage = sheet ? sheet.columns * sheet.rows : 1;
	const from = typeof start === "number" && sheet?.sheet ? Math.min(Math.max(1, start), perPage) : 1;
	const codes = (sheet?.codes ?? []) as Code[];
	const use = codes.includes(code) ? code : "qr";
	const print = () => {
		if (!sheet) return;
		if (sheet.id !== preferences.labels) remember.mutate({ ...preferences, labels: sheet.id });
		props.onPrint({ what: "labels", template: sheet.id, code: use, start: from });
	};
	return (
		<Modal
			opened={props.opened}
			onClose={props.onClose}
			title={say(m.labelsTitle, { n: props.n })}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					print();
				}}
			>
				<Stack gap="md">
					{q.error && <FailureNote error={q.error} onRetry={() => q.refetch()} />}
					<Select
						label={say(m.sheet)}
						data={sheets.map((s) => ({ value: s.id, label: `${s.name} – ${s.size}` }))}
						value={sheet?.id ?? null}
						onChange={(to) => choose(to ?? undefined)}
						allowDeselect={false}
						disabled={!sheet}
					/>
					<Radio.Group label={say(m.code)} value={use} onChange={(to) => setCode(to as Code)}>
						<Stack gap={6} mt={6}>
							{codes.map((c) => (
								<Radio key={c} value={c} label={say(m[c])} />
							))}
						</Stack>
					</Radio.Group>
					{sheet?.sheet && (
						<NumberInput
							label={say(m.start)}
							description={say(m.startAbout, { n: perPage })}
							min={1}
							max={perPage}
							value={start}
							onChange={setStart}
							allowDecimal={false}
							w={220}
						/>
					)}
					<Group justify="space-between">
						<Text size="sm" c="dimmed">
							{say(m.fits, { n: Math.ceil((props.n + from - 1) / perPage) })}
						</Text>
						<Group gap="xs">
							<Button variant="subtle" onClick={props.onClose}>
								{say(m.cancel)}
							</Button>
							<Button type="submit" loading={props.busy} disabled={!sheet}>
								{say(m.make)}
							</Button>
						</Group>
					</Group>
				</Stack>
			</form>
		</Modal>
	);
}
