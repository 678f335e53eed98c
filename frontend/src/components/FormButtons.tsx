import { Button, Group } from "@mantine/core";

/** The end of every form: leave it, or save. */
export function FormButtons({ onCancel, saving }: { onCancel: () => void; saving: boolean }) {
	return (
		<Group justify="flex-end">
			<Button variant="default" onClick={onCancel}>
				Cancel
			</Button>
			<Button type="submit" loading={saving}>
				Save
			</Button>
		</Group>
	);
}
