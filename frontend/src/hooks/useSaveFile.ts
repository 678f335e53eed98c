import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { metaQuery } from "../lib/queries";
import { saveFile } from "../lib/save";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** Saves a file and says where it went. */
export function useSaveFile() {
	const say = useSay();
	const meta = useQuery(metaQuery);
	return useMutation({
		mutationFn: (f: { name: string; file: Blob }) => saveFile(f.name, f.file, meta.data?.window ?? false),
		onSuccess: (done) => {
			if (done.saved && done.path !== "") {
				notifications.show({ message: say(m.savedAs, { path: done.path }), color: "green" });
			}
		},
		onError: (e) => notifications.show({ title: say(m.notSavedFile), message: e.message, color: "red" }),
	});
}
