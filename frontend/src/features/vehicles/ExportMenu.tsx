import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useSaveFile } from "../../hooks/useSaveFile";
import { useSay } from "../../lib/say";
import { exportVehicles } from "./api";
import { m } from "./messages";

/** Saves all vehicles that somebody sees as a file. */
export function ExportMenu() {
	const say = useSay();
	const save = useSaveFile();
	const take = useMutation({
		mutationFn: async (format: "csv" | "jsonl") => {
			const file = await exportVehicles(format);
			await save.mutateAsync({ name: `${say(m.exportName)}.${format}`, file });
		},
		onError: (e) => notifications.show({ title: say(m.notExported), message: e.message, color: "red" }),
	});
	return (
		<Menu position="bottom-end" width={240}>
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
				<Menu.Label>{say(m.exportAbout)}</Menu.Label>
				<Menu.Item onClick={() => take.mutate("csv")}>{say(m.csv)}</Menu.Item>
				<Menu.Item onClick={() => take.mutate("jsonl")}>{say(m.jsonl)}</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
