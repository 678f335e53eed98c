import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { type Backup, changePassphrase } from "./api";
import { keysText as k, m } from "./messages";
import { leastPassphrase, strength } from "./words";

/** A passphrase, typed twice, with what it is worth. It is asked for nowhere but here and on the day of the loss. */
export function PassphraseForm(props: {
	about: string;
	action: string;
	failed: string;
	error: Error | null;
	pending: boolean;
	onDo: (passphrase: string) => void;
	onCancel: () => void;
}) {
	const say = useSay();
	const [pass, setPass] = useState("");
	const [again, setAgain] = useState("");
	const [tried, setTried] = useState(false);
	const worth = strength(pass);
	const same = pass === again;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		setTried(true);
		if (worth !== "short" && same) props.onDo(pass);
	};
	const color = {
		short: undefined,
		weak: "var(--hub-warn)",
		good: "var(--hub-good)",
		strong: "var(--hub-good)",
	};
	return (
		<form onSubmit={submit} autoComplete="off">
			<Stack gap="sm">
				<Text size="sm">{props.about}</Text>
				<PasswordInput
					label={say(k.passphrase)}
					value={pass}
					onChange={(e) => setPass(e.currentTarget.value)}
					maxLength={1000}
					autoComplete="new-password"
					visibilityToggleButtonProps={{ "aria-label": say(k.show), tabIndex: 0 }}
					error={tried && worth === "short" ? say(k.short, { n: leastPassphrase }) : undefined}
					data-autofocus
					required
				/>
				<Text size="sm" c={color[worth]} role="status" data-testid="strength">
					{pass === "" ? "" : say(k[worth], { n: leastPassphrase })}
				</Text>
				<PasswordInput
					label={say(k.again)}
					value={again}
					onChange={(e) => setAgain(e.currentTarget.value)}
					maxLength={1000}
					autoComplete="new-password"
					visibilityToggleButtonProps={{ "aria-label": say(k.show), tabIndex: 0 }}
					error={(tried || again.length >= pass.length) && again !== "" && !same ? say(k.notSame) : undefined}
					required
				/>
				{props.error && <FailureNote error={props.error} title={props.failed} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={props.onCancel}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={props.pending}>
						{props.action}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

/** Another passphrase for a backup that is there. */
export function NewPassphrase({ of: b, onClose }: { of: Backup; onClose: () => void }) {
	const say = useSay();
	const change = useMutation({
		mutationFn: (passphrase: string) => changePassphrase(b.id, passphrase),
		onSuccess: () => {
			offer(say, say(k.changed, { name: b.name }));
			onClose();
		},
	});
	return (
		<PassphraseForm
			about={say(k.changeAbout)}
			action={say(k.change)}
			failed={say(k.notChanged)}
			error={change.error}
			pending={change.isPending}
			onDo={(p) => change.mutate(p)}
			onCancel={onClose}
		/>
	);
}
