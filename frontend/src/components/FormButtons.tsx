import { Button, Group } from "@mantine/core";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** The end of every form: leave it, or save. */
export function FormButtons({ onCancel, saving }: { onCancel: () => void; saving: boolean }) {
	const say = useSay();
	return (
		<Group justify="flex-end">
			<Button variant="default" onClick={onCancel}>
				{say(m.cancel)}
			</Button>
			<Button type="submit" loading={saving}>
				{say(m.save)}
			</Button>
		</Group>
	);
}
