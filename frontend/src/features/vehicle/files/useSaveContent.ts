import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useSaveFile } from "../../../hooks/useSaveFile";
import { useSay } from "../../../lib/say";
import { type Attachment, fetchContent } from "./api";
import { m } from "./messages";

/** Saves the file of an attachment where the person wants it. */
export function useSaveContent() {
	const say = useSay();
	const save = useSaveFile();
	return useMutation({
		mutationFn: async (a: Attachment) => save.mutate({ name: a.name, file: await fetchContent(a) }),
		onError: (e) => notifications.show({ title: say(m.notDone), message: e.message, color: "red" }),
	});
}
