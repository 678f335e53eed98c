import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useSaveFile } from "../../hooks/useSaveFile";
import { useSay } from "../../lib/say";
import { exportVehicles, type Format } from "./api";
import { m } from "./messages";

const formats: Format[] = ["csv", "xlsx", "json", "jsonl"];

/** Saves what the list shows as a file: its filters, its order and its columns. */
export function ExportMenu(props: { n: number; of: { q: string; sort: string; columns: string[] } }) {
	const say = useSay();
	const save = useSaveFile();
	const take = useMutation({
		mutationFn: async (format: Format) => {
			const file = await exportVehicles(format, props.of);
			await save.mutateAsync({ name: `${say(m.exportName)}.${format}`, file });
		},
		onError: (e) => notifications.show({ title: say(m.notExported), message: e.message, color: "red" }),
	});
	return (
		<Menu position="bottom-end" width={260}>
			<Menu.Target>
				<Button
					variant="default"
					leftSection={<IconDownload size={16} aria-hidden />}
					loading={take.isPending}
				>
					{say(m.exportIt)}
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>{say(m.exportAbout, { n: props.n })}</Menu.Label>
				{formats.map((f) => (
					<Menu.Item key={f} onClick={() => take.mutate(f)}>
						{say(m[f])}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}
