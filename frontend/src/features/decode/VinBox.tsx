import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type RefObject, useEffect } from "react";
import { useSay } from "../../lib/say";
import { tidyVIN } from "../../lib/vin";
import { m } from "./messages";
import classes from "./VinBox.module.css";

/**
 * The box that a keyboard or a scanner types into. It takes Enter, Tab and
 * line ends as "done", so a scanner needs no setting up.
 */
export function VinBox(props: {
	box: RefObject<HTMLInputElement | null>;
	value: string;
	onChange: (v: string) => void;
	onSubmit: (v: string) => void;
}) {
	const say = useSay();
	const input = props.box;
	useEffect(() => input.current?.focus(), [input]);
	const clear = () => {
		props.onChange("");
		input.current?.focus();
	};
	return (
		<form
			className={classes.form}
			onSubmit={(e) => {
				e.preventDefault();
				props.onSubmit(props.value);
				input.current?.select();
			}}
		>
			<TextInput
				ref={input}
				id="vin"
				label={say(m.vin)}
				labelProps={{ className: classes.label }}
				value={props.value}
				onChange={(e) => props.onChange(e.currentTarget.value.toUpperCase())}
				onPaste={(e) => {
					const text = e.clipboardData.getData("text");
					if (!/[\s,;]/.test(text.trim())) return;
					e.preventDefault();
					props.onSubmit(text);
				}}
				onKeyDown={(e) => {
					if (e.key === "Escape") clear();
					// A scanner set to send Tab after the code means Enter.
					if (e.key === "Tab" && !e.shiftKey && tidyVIN(props.value).length === 17)
						props.onSubmit(props.value);
				}}
				placeholder="1FTFW1EF0FF107919"
				size="xl"
				classNames={{ input: classes.input, root: classes.root }}
				autoComplete="off"
				autoCapitalize="characters"
				autoCorrect="off"
				spellCheck={false}
				maxLength={64}
				rightSection={
					props.value !== "" && (
						<ActionIcon variant="subtle" color="gray" onClick={clear} aria-label={say(m.clear)}>
							<IconX size={18} aria-hidden />
						</ActionIcon>
					)
				}
			/>
			<Button type="submit" size="xl" className={classes.go}>
				{say(m.decode)}
			</Button>
		</form>
	);
}
