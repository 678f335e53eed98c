import { Button, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCloudDownload } from "@tabler/icons-react";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../../components/FailureNote";
import { api, data } from "../../../lib/api";
import { useSay } from "../../../lib/say";
import { useMay } from "../../../lib/session";
import type { Attachment } from "./api";
import { calledOf } from "./files";
import { m } from "./messages";

const backupsQuery = queryOptions({
	queryKey: ["backups"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/backups", { signal }))).items,
});

/** Asks one backup after the other for a file; the last refusal is told where none has it. */
async function bring(places: string[], sha256: string): Promise<void> {
	let why: unknown;
	for (const id of places)
		try {
			await api.POST("/api/v1/backups/{id}/restore-file", { params: { path: { id } }, body: { sha256 } });
			return;
		} catch (e) {
			why = e;
		}
	throw why;
}

/** For a file that is missing or damaged here: its bytes out of the backup. Nothing where there is none, or it is not permitted. */
export function BringBack({ of: a, onBack }: { of: Attachment; onBack: () => void }) {
	const say = useSay();
	const may = useMay("organisation.manage");
	const q = useQuery({ ...backupsQuery, enabled: may });
	const places = (q.data ?? []).filter((b) => b.setUp).map((b) => b.id);
	const back = useMutation({
		mutationFn: () => bring(places, a.sha256),
		onSuccess: () => {
			notifications.show({ message: say(m.broughtBack, { name: calledOf(a) }), autoClose: 4_000 });
			onBack();
		},
	});
	if (!may || places.length === 0) return null;
	return (
		<Stack gap="xs" align="center">
			<Button
				size="compact-sm"
				variant="default"
				leftSection={<IconCloudDownload size={16} aria-hidden />}
				loading={back.isPending}
				onClick={() => back.mutate()}
			>
				{say(m.bringBack)}
			</Button>
			{back.error && <FailureNote error={back.error} title={say(m.notBroughtBack)} />}
		</Stack>
	);
}
