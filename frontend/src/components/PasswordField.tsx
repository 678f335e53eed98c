import { PasswordInput, type PasswordInputProps, Text } from "@mantine/core";
import { IconArrowBigUpLines } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** A password, which may be shown, pasted and filled in by a manager. It says when Caps Lock is on. */
export function PasswordField(props: PasswordInputProps) {
	const say = useSay();
	const [caps, setCaps] = useState(false);
	const look = (e: KeyboardEvent) => setCaps(e.getModifierState("CapsLock"));
	return (
		<div>
			<PasswordInput
				{...props}
				onKeyDown={look}
				onKeyUp={look}
				onBlur={() => setCaps(false)}
				spellCheck={false}
				visibilityToggleButtonProps={{ "aria-label": say(m.showPassword), tabIndex: 0 }}
			/>
			<Text size="sm" c="var(--hub-warn)" role="status" mt={caps ? 4 : 0}>
				{caps && (
					<>
						<IconArrowBigUpLines size={16} aria-hidden style={{ verticalAlign: "-3px" }} /> {say(m.capsLock)}
					</>
				)}
			</Text>
		</div>
	);
}

/** How many characters a password needs: backend/account/password.go. */
export const leastPassword = 10;
/** From here on it is called long. */
const longPassword = 16;

/** A new password, with what its length is worth. There are no rules on signs. */
export function NewPassword({ value, ...props }: Omit<PasswordInputProps, "value"> & { value: string }) {
	const say = useSay();
	const n = [...value.normalize("NFKC")].length;
	const advice =
		n === 0
			? say(m.passwordAbout, { n: leastPassword })
			: n < leastPassword
				? say(m.passwordShort, { n: leastPassword - n })
				: n < longPassword
					? say(m.passwordEnough)
					: say(m.passwordLong);
	return (
		<PasswordField
			{...props}
			value={value}
			autoComplete="new-password"
			description={<span aria-live="polite">{advice}</span>}
			inputWrapperOrder={["label", "input", "error", "description"]}
		/>
	);
}
