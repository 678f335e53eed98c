import { Button, Group, NativeSelect, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../components/access/Dialog";
import { ReachPicker } from "../components/access/ReachPicker";
import { FailureNote } from "../components/FailureNote";
import { type Reach, reachesSome, rolesQuery } from "../lib/people";
import { useSay } from "../lib/say";
import { view, viewAs } from "../lib/view";
import { viewText as m } from "./messages";

/** Chooses the role and the reach as which somebody looks at the hub. */
export function ViewAs({ opened, onClose }: { opened: boolean; onClose: () => void }) {
	const say = useSay();
	return (
		<Dialog opened={opened} onClose={onClose} title={say(m.title)}>
			<Choice onClose={onClose} />
		</Dialog>
	);
}

function Choice({ onClose }: { onClose: () => void }) {
	const say = useSay();
	const roles = useQuery(rolesQuery);
	const [role, setRole] = useState("viewer");
	const [reach, setReach] = useState<Reach>({ kind: "all" });
	if (roles.error) return <FailureNote error={roles.error} onRetry={() => roles.refetch()} />;
	if (!roles.data) return <Skeleton h={160} aria-label={say(m.title)} />;
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				view.set(viewAs(role, reach));
				onClose();
			}}
		>
			<Stack gap="md">
				<Text size="sm">{say(m.about)}</Text>
				<NativeSelect
					label={say(m.role)}
					value={role}
					onChange={(e) => setRole(e.currentTarget.value)}
					data={roles.data.map((r) => ({ value: r.id, label: r.name }))}
					data-autofocus
				/>
				<ReachPicker value={reach} onChange={setReach} />
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={onClose}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" disabled={!reachesSome(reach)}>
						{say(m.begin)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
