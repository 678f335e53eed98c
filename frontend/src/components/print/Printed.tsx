import { Button, Group } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useSaveFile } from "../../hooks/useSaveFile";
import type { Schemas } from "../../lib/api";
import { useSay } from "../../lib/say";
import { FailureNote } from "../FailureNote";
import { printed } from "./api";
import { m } from "./messages";

type Form = "pdf" | "zip";

/** Saves what a job printed. */
export function Printed({ job: j, compact }: { job: Schemas["Job"]; compact?: boolean }) {
	const say = useSay();
	const save = useSaveFile();
	const take = useMutation({
		mutationFn: async (form: Form) => {
			const file = await printed(j.id, form);
			await save.mutateAsync({ name: `hubcap-${say(m.stickersFile)}.${form}`, file });
		},
	});
	// What a job tells at its end is by its kind: see report.Result.
	const result = j.result as { forms?: Form[]; what?: string } | undefined;
	return (
		<>
			<Group gap="xs">
				{(result?.forms ?? ["pdf"]).map((form) => (
					<Button
						key={form}
						size={compact ? "compact-xs" : undefined}
						variant={form === "pdf" && !compact ? "filled" : "light"}
						leftSection={<IconDownload size={compact ? 12 : 16} aria-hidden />}
						loading={take.isPending && take.variables === form}
						onClick={() => take.mutate(form)}
					>
						{say(form === "pdf" ? m.savePDF : m.saveZIP)}
					</Button>
				))}
			</Group>
			{take.error && <FailureNote error={take.error} />}
		</>
	);
}
