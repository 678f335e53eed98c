import { FileButton } from "@mantine/core";
import { type ReactNode, useRef } from "react";

/** A button that opens the system's file picker. */
export function ChooseFile(props: {
	accept: string;
	onFile: (file: File) => void;
	children: (button: { onClick: () => void }) => ReactNode;
}) {
	const reset = useRef<() => void>(null);
	return (
		<FileButton
			resetRef={reset}
			accept={props.accept}
			onChange={(file) => {
				if (!file) return;
				// A browser tells nothing of a choice that is the same as the last one, as after a cancel.
				reset.current?.();
				props.onFile(file);
			}}
		>
			{props.children}
		</FileButton>
	);
}
