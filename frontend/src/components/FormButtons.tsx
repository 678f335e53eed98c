import { Button, Group } from "@mantine/core";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** The end of every form: leave it, or save. */
export function FormButtons(props: { onCancel: () => void; saving: boolean; save?: string }) {
	const { onCancel, saving } = props;
	const say = useSay();
	return (
		<Group justify="flex-end">
			<Button variant="default" onClick={onCancel}>
				{say(m.cancel)}
			</Button>
			<Button type="submit" loading={saving}>
				{props.save ?? say(m.save)}
			</Button>
		</Group>
	);
}
