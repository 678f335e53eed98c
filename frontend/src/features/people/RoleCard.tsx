import { ActionIcon, Button, Card, Collapse, Group, Menu, Text, Title } from "@mantine/core";
import { IconCopy, IconDots, IconEye, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { capital } from "../../components/access/words";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { everything, permissionsQuery, type Role, rolesQuery, usersQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { view, viewAs } from "../../lib/view";
import { removeRole, saveRole } from "./api";
import { roles as m, m as page } from "./messages";
import classes from "./people.module.css";

/** One role: what it is for, who has it, and what it may. */
export function RoleCard(props: { of: Role; may: boolean; onEdit: () => void; onCopy: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const navigate = useNavigate();
	const { of: r } = props;
	const [open, setOpen] = useState(false);
	const id = useId();
	const words = useQuery(permissionsQuery).data ?? [];
	const users = useQuery({ ...usersQuery, enabled: useMay("users.manage") }).data;
	const have = users?.filter((u) => u.role === r.id) ?? [];
	const remove = useMutation({
		mutationFn: () => removeRole(r.id),
		onSuccess: () =>
			offer(say, say(m.removed, { name: r.name }), async () => {
				await saveRole(undefined, { name: r.name, about: r.about, permissions: r.permissions as never });
				await client.invalidateQueries({ queryKey: rolesQuery.queryKey });
			}),
		onSettled: () => client.invalidateQueries({ queryKey: rolesQuery.queryKey }),
	});
	const look = async () => {
		await navigate({ to: "/vehicles" });
		view.set(viewAs(r.id, everything));
	};
	return (
		<Card withBorder component="section" aria-label={r.name} padding="md" className={classes.card}>
			<Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
				<div>
					<Title order={3} size="h5">
						{r.name}
					</Title>
					<Text size="sm" c="dimmed">
						{r.about}
					</Text>
				</div>
				{props.may && (
					<Menu position="bottom-end" width={220}>
						<Menu.Target>
							<ActionIcon
								variant="subtle"
								color="gray"
								size="lg"
								aria-label={say(page.moreFor, { name: r.name })}
							>
								<IconDots size={18} aria-hidden />
							</ActionIcon>
						</Menu.Target>
						<Menu.Dropdown>
							{!r.template && (
								<Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={props.onEdit}>
									{say(page.edit)}
								</Menu.Item>
							)}
							<Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={props.onCopy}>
								{say(m.copy)}
							</Menu.Item>
							<Menu.Item leftSection={<IconEye size={16} aria-hidden />} onClick={() => void look()}>
								{say(m.look)}
							</Menu.Item>
							{!r.template && (
								<Menu.Item
									c="var(--hub-bad)"
									leftSection={<IconTrash size={16} aria-hidden />}
									disabled={have.length > 0}
									onClick={() => remove.mutate()}
								>
									{say(have.length > 0 ? m.inUse : m.remove)}
								</Menu.Item>
							)}
						</Menu.Dropdown>
					</Menu>
				)}
			</Group>
			<Text size="sm" mt="xs">
				{users &&
					(have.length > 0 && have.length <= 4
						? say(m.hold, { names: say.list(have.map((u) => u.name)) })
						: say(m.people, { n: have.length }))}
			</Text>
			<Group mt="xs" gap="xs">
				<Button
					size="compact-sm"
					variant="default"
					aria-expanded={open}
					aria-controls={id}
					aria-label={say(open ? m.hideOf : m.showOf, { name: r.name })}
					onClick={() => setOpen(!open)}
				>
					{say(open ? m.hide : m.show)}
				</Button>
				<Text size="xs" c="dimmed">
					{say(m.counts, { n: r.permissions.length })}
				</Text>
			</Group>
			<Collapse expanded={open} id={id}>
				<ul className={classes.plain}>
					{words
						.filter((d) => r.permissions.includes(d.permission as never))
						.map((d) => (
							<li key={d.permission}>{capital(d.may)}</li>
						))}
				</ul>
			</Collapse>
			{remove.error && <FailureNote error={remove.error} title={say(m.notRemoved)} />}
		</Card>
	);
}
