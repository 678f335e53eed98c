import { TextInput } from "@mantine/core";

const digits = 6;

/** The six digits of an authenticator app: typed, pasted or filled in by the system, blanks and all. */
export function CodeField(props: {
	label: string;
	description?: string;
	error?: string;
	value: string;
	onChange: (value: string) => void;
	/** Runs once all six are there. */
	onWhole?: (value: string) => void;
}) {
	return (
		<TextInput
			label={props.label}
			description={props.description}
			error={props.error}
			value={props.value}
			onChange={(e) => {
				const text = e.currentTarget.value.replaceAll(/\D/g, "").slice(0, digits);
				props.onChange(text);
				if (text.length === digits && text !== props.value) props.onWhole?.(text);
			}}
			inputMode="numeric"
			autoComplete="one-time-code"
			spellCheck={false}
			autoFocus
			styles={{ input: { fontFamily: "var(--vin-font)", fontSize: "1.4rem", letterSpacing: "0.3em" } }}
		/>
	);
}
