import { Stack } from "@mantine/core";
import { FailureNote } from "../../components/FailureNote";
import { Failure } from "../../lib/api";
import { useSay } from "../../lib/say";
import { m } from "./messages";
import type { NotTaken } from "./useAddFiles";

/** The files that were not taken; what was the hub's fault and not the file's can be sent again. */
export function NotAdded(props: { failed: NotTaken[]; onFiles: (files: File[]) => unknown }) {
	const say = useSay();
	if (props.failed.length === 0) return null;
	return (
		<Stack gap="sm">
			{props.failed.map(({ file, error }, n) => (
				<FailureNote
					// Two files may have one name.
					// biome-ignore lint/suspicious/noArrayIndexKey: see above
					key={n}
					error={error}
					title={say(m.notAdded, { name: file.name })}
					onRetry={filesOwn(error) ? undefined : () => props.onFiles([file])}
				/>
			))}
		</Stack>
	);
}

const filesOwn = (e: Error) => e instanceof Failure && e.status >= 400 && e.status < 500;
