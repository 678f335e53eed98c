import { Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Changed, isChanged } from "../../components/Changed";
import { FailureNote } from "../../components/FailureNote";
import { FormButtons } from "../../components/FormButtons";
import { useWrite } from "../../hooks/useWrite";
import { type Say, useSay } from "../../lib/say";
import { stageName } from "../../lib/stages";
import { type MergeField, mergeVehicles, type Vehicle } from "./api";
import { form, life as m, m as page } from "./messages";

/** The fields of which one of two records must win, with what they say. */
const fields: { name: MergeField; label: (say: Say) => string; of: (v: Vehicle, say: Say) => string }[] = [
	{ name: "stage", label: (say) => say(form.stage), of: (v, say) => stageName(v.stage, say) },
	{ name: "stock", label: (say) => say(form.stock), of: (v) => v.stock },
	{ name: "plate", label: (say) => say(form.plate), of: (v) => v.plate },
	{ name: "color", label: (say) => say(form.color), of: (v) => v.color ?? "" },
	{ name: "asking", label: (say) => say(form.asking), of: (v, say) => (v.asking ? say.money(v.asking) : "") },
	{ name: "paid", label: (say) => say(form.paid), of: (v, say) => (v.paid ? say.money(v.paid) : "") },
	{
		name: "soldFor",
		label: (say) => say(form.soldFor),
		of: (v, say) => (v.soldFor ? say.money(v.soldFor) : ""),
	},
	{ name: "location", label: (say) => say(form.location), of: (v) => v.location ?? "" },
	{ name: "group", label: (say) => say(form.group), of: (v) => v.group ?? "" },
	{
		name: "claimed",
		label: (say) => say(m.claimed),
		of: (v, say) => {
			const { source, ...said } = v.claimed;
			return say.list([...Object.values(said).map(String), ...(source ? [source] : [])]);
		},
	},
];

/** Two records of one vehicle become one: what they both say, and otherwise, is chosen field by field. */
export function MergeVehicle(props: { vehicle: Vehicle; other: Vehicle; onClose: () => void }) {
	const say = useSay();
	const { vehicle: v, other } = props;
	const [take, setTake] = useState<MergeField[]>([]);
	const conflicts = fields
		.map((f) => ({ ...f, mine: f.of(v, say), theirs: f.of(other, say) }))
		.filter((f) => f.mine !== "" && f.theirs !== "" && f.mine !== f.theirs);
	const merge = useWrite({
		write: () => mergeVehicles(v, other.id, take),
		said: (got) => say(m.merged, { title: got.title }),
		onDone: props.onClose,
	});
	const submit = (e: FormEvent) => {
		e.preventDefault();
		merge.mutate(undefined);
	};
	return (
		<Modal
			opened
			onClose={props.onClose}
			title={say(m.mergeTitle)}
			size="lg"
			closeButtonProps={{ "aria-label": say(page.close) }}
		>
			<form onSubmit={submit}>
				<Stack gap="md">
					<Text size="sm">{say(m.mergeAbout)}</Text>
					<Text size="sm" fw={600}>
						{say(conflicts.length > 0 ? m.choose : m.same)}
					</Text>
					{conflicts.map((f) => (
						<Radio.Group
							key={f.name}
							label={f.label(say)}
							value={take.includes(f.name) ? "other" : "this"}
							onChange={(which) =>
								setTake((old) => [...old.filter((n) => n !== f.name), ...(which === "other" ? [f.name] : [])])
							}
						>
							<Group gap="lg" mt={4}>
								<Radio value="this" label={say(m.this, { value: f.mine })} />
								<Radio value="other" label={say(m.other, { value: f.theirs })} />
							</Group>
						</Radio.Group>
					))}
					{isChanged(merge.error) ? (
						<Changed what="vehicle" onLoad={props.onClose} />
					) : (
						merge.error && <FailureNote error={merge.error} title={say(m.notMerged)} />
					)}
					<FormButtons onCancel={props.onClose} saving={merge.isPending} save={say(m.doMerge)} />
				</Stack>
			</form>
		</Modal>
	);
}
