import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Once } from "../../components/access/Once";
import { CodeField } from "../../components/CodeField";
import { FailureNote } from "../../components/FailureNote";
import { useWait } from "../../hooks/useWait";
import { Failure } from "../../lib/api";
import { useSay } from "../../lib/say";
import { beginApp, finishApp, useChange } from "./api";
import classes from "./me.module.css";
import { m } from "./messages";

/** Shows what the app is set up with, and takes its first code. */
export function AppSetUp({ onDone }: { onDone: () => void }) {
	const say = useSay();
	const [code, setCode] = useState("");
	const seed = useQuery({
		queryKey: ["me", "totp"],
		queryFn: beginApp,
		retry: false,
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: 0,
	});
	const finish = useChange(finishApp, () => {
		notifications.show({ message: say(m.appDone) });
		onDone();
	});
	const wait = useWait(finish.error);
	const ofField = finish.error instanceof Failure ? finish.error.field("/code") : undefined;
	if (seed.error)
		return <FailureNote error={seed.error} title={say(m.appNot)} onRetry={() => seed.refetch()} />;
	if (!seed.data) return <Skeleton h={320} aria-label={say(m.reading)} />;
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (code !== "" && wait === 0 && !finish.isPending) finish.mutate(code);
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="md">
				<Text size="sm">{say(m.appScan)}</Text>
				<img
					className={classes.qr}
					src={`data:image/svg+xml,${encodeURIComponent(seed.data.qr)}`}
					alt={say(m.appQr)}
				/>
				<Once label={say(m.appKey)} value={seed.data.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")} />
				<CodeField label={say(m.appCode)} value={code} onChange={setCode} error={ofField} />
				{finish.error && !ofField && <FailureNote error={finish.error} title={say(m.appNot)} />}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={onDone}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={finish.isPending} disabled={code.length < 6 || wait > 0}>
						{say(m.appFinish)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
