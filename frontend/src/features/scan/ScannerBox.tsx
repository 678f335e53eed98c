import { Button, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useSay } from "../../lib/say";
import { tidyVIN } from "../../lib/vin";
import { m } from "./messages";
import classes from "./scan.module.css";

/**
 * Takes what a keyboard scanner or a hand types. A scanner types wherever the
 * focus is, so keys that land nowhere are brought here; on a phone nothing
 * opens the keyboard until somebody taps the box. onTyped says whether it was
 * taken.
 */
export function ScannerBox({ onTyped }: { onTyped: (text: string) => boolean }) {
	const say = useSay();
	const box = useRef<HTMLInputElement>(null);
	const [text, setText] = useState("");
	const done = () => {
		if (text.trim() === "") return;
		if (onTyped(text)) return setText("");
		// A hand corrects what was refused; a scanner's next code takes its place.
		box.current?.select();
	};
	useEffect(() => {
		if (!window.matchMedia("(pointer: coarse)").matches) box.current?.focus();
		const press = (e: KeyboardEvent) => {
			if (e.ctrlKey || e.metaKey || e.altKey || !/^[A-Za-z0-9*]$/.test(e.key)) return;
			const at = document.activeElement;
			if (at !== null && at !== document.body && !(at instanceof HTMLButtonElement)) return;
			if (document.querySelector('[role="dialog"], [role="menu"]')) return;
			// The key's own effect follows, in the box; no shortcut of a single letter takes it.
			e.stopImmediatePropagation();
			box.current?.focus({ preventScroll: true });
		};
		window.addEventListener("keydown", press, { capture: true });
		return () => window.removeEventListener("keydown", press, { capture: true });
	}, []);
	return (
		<form
			className={classes.form}
			onSubmit={(e) => {
				e.preventDefault();
				done();
			}}
		>
			<TextInput
				ref={box}
				label={say(m.typed)}
				description={say(m.typedHint)}
				value={text}
				onChange={(e) => setText(e.currentTarget.value.toUpperCase())}
				onPaste={(e) => {
					const pasted = e.clipboardData.getData("text");
					if (!/[\s,;]/.test(pasted.trim())) return;
					e.preventDefault();
					for (const part of pasted.split(/[\s,;]+/).filter(Boolean)) onTyped(part);
				}}
				onKeyDown={(e) => {
					if (e.key !== "Tab" || e.shiftKey || tidyVIN(text).length !== 17) return;
					e.preventDefault();
					done();
				}}
				classNames={{ input: classes.typed }}
				autoComplete="off"
				autoCapitalize="characters"
				autoCorrect="off"
				spellCheck={false}
				maxLength={64}
			/>
			<Button type="submit" variant="default">
				{say(m.add)}
			</Button>
		</form>
	);
}
