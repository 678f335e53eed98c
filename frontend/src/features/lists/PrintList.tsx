import { Button, Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconPrinter } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { PaperItems } from "../../components/print/PaperItems";
import { PrintJob } from "../../components/print/PrintJob";
import { usePaper } from "../../components/print/usePaper";
import { useSaveFile } from "../../hooks/useSaveFile";
import { api, data } from "../../lib/api";
import { useSay } from "../../lib/say";
import type { Intake, Look } from "./api";
import { m } from "./messages";
import { stemOf } from "./words";

/** Prints the evening: what to buy, what to tell the seller, what to put into the windows. */
export function PrintList({ of: i, look }: { of: Intake; look: Look }) {
	const say = useSay();
	const client = useQueryClient();
	const save = useSaveFile();
	const [paper] = usePaper();
	const [job, setJob] = useState<string>();
	const failed = (e: Error) =>
		notifications.show({ title: say(m.notPrinted), message: e.message, color: "red", autoClose: false });
	const make = useMutation({
		mutationFn: async (what: "sheet" | "discrepancies") => {
			const query = { ...look, status: look.status && [look.status], what, paper };
			const file = await data(
				api.GET("/api/v1/intakes/{id}/print", {
					params: { path: { id: i.id }, query },
					parseAs: "blob",
				}) as Promise<{ data?: Blob }>,
			);
			const ending = say(what === "sheet" ? m.sheetFile : m.discrepanciesFile);
			return { name: `${stemOf(i)}-${ending}.pdf`, file };
		},
		onSuccess: (f) => save.mutate(f),
		onError: failed,
	});
	const stickers = useMutation({
		mutationFn: () =>
			data(
				api.POST("/api/v1/intakes/{id}/stickers", {
					params: { path: { id: i.id } },
					body: { paper, singles: true },
				}),
			),
		onSuccess: async (j) => {
			setJob(j.id);
			await client.invalidateQueries({ queryKey: ["jobs"] });
		},
		onError: failed,
	});
	const taken = i.commits.some((c) => c.outcome.created > 0 && !c.undone);
	return (
		<>
			<Menu position="bottom-end" width={300}>
				<Menu.Target>
					<Button
						variant="default"
						leftSection={<IconPrinter size={16} aria-hidden />}
						rightSection={<IconChevronDown size={14} aria-hidden />}
						loading={make.isPending || stickers.isPending}
					>
						{say(m.print)}
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item onClick={() => make.mutate("sheet")}>
						{say(m.printSheet)}
						<Text size="xs" c="dimmed">
							{say(m.printSheetAbout)}
						</Text>
					</Menu.Item>
					<Menu.Item onClick={() => make.mutate("discrepancies")}>
						{say(m.printDiscrepancies)}
						<Text size="xs" c="dimmed">
							{say(m.printDiscrepanciesAbout)}
						</Text>
					</Menu.Item>
					{taken && <Menu.Item onClick={() => stickers.mutate()}>{say(m.printStickers)}</Menu.Item>}
					<PaperItems />
				</Menu.Dropdown>
			</Menu>
			<PrintJob id={job} onClose={() => setJob(undefined)} />
		</>
	);
}
