import { Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useWait } from "../hooks/useWait";
import { api, data, Failure, type Schemas } from "../lib/api";
import { useSay } from "../lib/say";
import { FailureNote } from "./FailureNote";
import { m } from "./messages";
import { leastPassword, NewPassword } from "./PasswordField";

/** Makes the first owner. On the hub's own computer no code is asked for, and nobody is signed in by it. */
export function OwnerForm(props: { codeNeeded: boolean; onMade: (e: Schemas["Entered"]) => unknown }) {
	const say = useSay();
	const [form, setForm] = useState({ code: "", organisation: "", name: "", login: "", password: "" });
	const make = useMutation({
		mutationFn: () =>
			data(api.POST("/api/v1/setup", { body: { ...form, code: props.codeNeeded ? form.code : undefined } })),
		onSuccess: props.onMade,
	});
	const wait = useWait(make.error);
	const failure = make.error instanceof Failure ? make.error : undefined;
	const field = (name: keyof typeof form) => ({
		value: form[name],
		onChange: (e: { currentTarget: { value: string } }) => {
			const { value } = e.currentTarget;
			setForm((f) => ({ ...f, [name]: value }));
		},
		error: failure?.field(`/${name}`),
	});
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (wait === 0) make.mutate();
	};
	const whole =
		form.name.trim() !== "" &&
		form.login.trim() !== "" &&
		[...form.password].length >= leastPassword &&
		(!props.codeNeeded || form.code.trim() !== "");
	// What belongs to no field is said at the end.
	const loose = failure?.problem.errors?.some((e) => e.pointer?.slice(1) in form) ? null : make.error;
	return (
		<form onSubmit={submit} aria-label={say(m.owner)}>
			<Stack gap="sm">
				{props.codeNeeded && (
					<TextInput
						label={say(m.setUpCode)}
						description={say(m.setUpCodeAbout)}
						autoComplete="off"
						autoCapitalize="none"
						spellCheck={false}
						autoFocus
						required
						withAsterisk={false}
						{...field("code")}
					/>
				)}
				<TextInput
					label={say(m.organisation)}
					description={say(m.organisationAbout)}
					autoComplete="organization"
					{...field("organisation")}
				/>
				<TextInput
					label={say(m.yourName)}
					autoComplete="name"
					required
					withAsterisk={false}
					{...field("name")}
				/>
				<TextInput
					label={say(m.login)}
					description={say(m.loginAbout)}
					autoComplete="username"
					autoCapitalize="none"
					spellCheck={false}
					required
					withAsterisk={false}
					{...field("login")}
				/>
				<NewPassword label={say(m.password)} required withAsterisk={false} {...field("password")} />
				{loose && <FailureNote error={loose} title={say(m.ownerNotMade)} />}
				<Button type="submit" loading={make.isPending} disabled={!whole || wait > 0}>
					{wait > 0 ? say(m.wait, { n: wait }) : say(m.makeOwner)}
				</Button>
			</Stack>
		</form>
	);
}
