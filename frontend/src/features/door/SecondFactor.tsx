import { Anchor, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { CodeField } from "../../components/CodeField";
import { useWait } from "../../hooks/useWait";
import { beginPasskey, passkeysKnown, showPasskey } from "../../lib/passkeys";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { type Entered, enterByPasskey, showSecond } from "./api";
import { Frame } from "./Frame";
import { m } from "./messages";
import { Refusal } from "./Refusal";

const words = { passkey: m.usePasskey, totp: m.useApp, code: m.useCode } as const;
type Method = keyof typeof words;

/** What is asked for after a password: of the ways that work here, the quickest first. */
export function SecondFactor(props: {
	entered: Entered;
	onEntered: (e: Entered) => Promise<void>;
	onAgain: () => void;
}) {
	const say = useSay();
	const { ticket = "", methods, why } = props.entered;
	const ways = (Object.keys(words) as Method[]).filter(
		(w) => methods.includes(w) && (w !== "passkey" || passkeysKnown()),
	);
	const [method, setMethod] = useState<Method | undefined>(ways[0]);
	const [value, setValue] = useState("");
	const [trustDevice, setTrust] = useState(false);
	const show = useMutation({
		mutationFn: async (text: string) => {
			if (method !== "passkey")
				return showSecond({ ticket, method: method ?? "totp", value: text, trustDevice });
			const credential = await showPasskey(await beginPasskey(ticket));
			return enterByPasskey({ ticket, credential, trustDevice });
		},
		onSuccess: props.onEntered,
		onError: () => setValue(""),
	});
	const wait = useWait(show.error);
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (wait === 0 && !show.isPending && (method === "passkey" || value.trim() !== "")) show.mutate(value);
	};
	return (
		<Frame page={say(m.secondPage)} title={say(m.second)}>
			<form onSubmit={submit} aria-label={say(m.second)}>
				<Stack gap="md">
					{method === undefined && (
						<>
							<Text fw={600}>{say(m.noMethod)}</Text>
							{why && <Text size="sm">{sentence(why)}</Text>}
						</>
					)}
					{method === "totp" && (
						<CodeField
							label={say(m.totp)}
							description={say(m.totpAbout)}
							value={value}
							onChange={setValue}
							onWhole={(text) => wait === 0 && show.mutate(text)}
						/>
					)}
					{method === "code" && (
						<TextInput
							label={say(m.code)}
							description={say(m.codeAbout)}
							value={value}
							onChange={(e) => setValue(e.currentTarget.value)}
							autoComplete="off"
							autoCapitalize="none"
							spellCheck={false}
							autoFocus
						/>
					)}
					{method && (
						<Checkbox
							label={say(m.trust)}
							checked={trustDevice}
							onChange={(e) => setTrust(e.currentTarget.checked)}
						/>
					)}
					<Refusal error={show.error} />
					{method && (
						<Button
							type="submit"
							fullWidth
							loading={show.isPending}
							disabled={wait > 0}
							leftSection={method === "passkey" && <IconFingerprint size={18} aria-hidden />}
						>
							{wait > 0 ? say(m.wait, { n: wait }) : say(method === "passkey" ? m.usePasskey : m.goOn)}
						</Button>
					)}
					<Group gap="md">
						{ways
							.filter((w) => w !== method)
							.map((w) => (
								<Anchor
									key={w}
									component="button"
									type="button"
									size="sm"
									underline="always"
									onClick={() => {
										show.reset();
										setValue("");
										setMethod(w);
									}}
								>
									{say(words[w])}
								</Anchor>
							))}
						<Anchor component="button" type="button" size="sm" underline="always" onClick={props.onAgain}>
							{say(m.begin)}
						</Anchor>
					</Group>
				</Stack>
			</form>
		</Frame>
	);
}
