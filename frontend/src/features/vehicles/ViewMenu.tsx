import { ActionIcon, Button, Checkbox, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { addView, removeView, type SavedView, viewsQuery } from "./api";
import { m } from "./messages";

type Shown = { query: string; sort: string; columns: string[] };

/** The saved views: one's own and the shared ones; what is on the screen is saved as another. */
export function ViewMenu(props: { now: Shown; onOpen: (v: Shown) => void }) {
	const say = useSay();
	const client = useQueryClient();
	const views = useQuery(viewsQuery);
	const all = useMay("organisation.manage");
	const [saving, setSaving] = useState(false);
	const fresh = () => client.invalidateQueries({ queryKey: viewsQuery.queryKey });
	const remove = useMutation({
		mutationFn: (v: SavedView) => removeView(v.id),
		onSuccess: async (_, v) => {
			await fresh();
			offer(say, say(m.viewRemoved, { name: v.name }), async () => {
				await addView(v);
				await fresh();
			});
		},
	});
	const part = (title: string, items: SavedView[]) =>
		items.length > 0 && (
			<>
				<Menu.Label>{title}</Menu.Label>
				{items.map((v) => (
					<Group key={v.id} gap={0} wrap="nowrap">
						<Menu.Item onClick={() => props.onOpen(v)} style={{ overflowWrap: "anywhere" }}>
							{v.name}
						</Menu.Item>
						{(v.mine || all) && (
							<ActionIcon
								variant="subtle"
								color="gray"
								aria-label={say(m.removeView, { name: v.name })}
								onClick={() => remove.mutate(v)}
							>
								<IconTrash size={15} aria-hidden />
							</ActionIcon>
						)}
					</Group>
				))}
			</>
		);
	const items = views.data ?? [];
	return (
		<>
			<Menu position="bottom-end" width={270}>
				<Menu.Target>
					<Button variant="default" size="xs" leftSection={<IconBookmark size={15} aria-hidden />}>
						{say(m.views)}
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					{part(
						say(m.ownViews),
						items.filter((v) => !v.shared),
					)}
					{part(
						say(m.sharedViews),
						items.filter((v) => v.shared),
					)}
					{items.length === 0 && (
						<Text size="xs" c="dimmed" px="sm" py={4}>
							{say(views.error ? m.viewsFailed : m.noViews)}
						</Text>
					)}
					<Menu.Divider />
					<Menu.Item onClick={() => setSaving(true)}>{say(m.saveView)}</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			{remove.error && <FailureNote error={remove.error} title={say(m.viewNotRemoved)} />}
			<Modal
				opened={saving}
				onClose={() => setSaving(false)}
				title={say(m.saveView)}
				closeButtonProps={{ "aria-label": say(m.close) }}
			>
				<SaveView now={props.now} onDone={() => setSaving(false)} />
			</Modal>
		</>
	);
}

function SaveView({ now, onDone }: { now: Shown; onDone: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const [name, setName] = useState("");
	const [shared, setShared] = useState(false);
	const save = useMutation({
		mutationFn: () => addView({ ...now, name, shared }),
		onSuccess: async (v) => {
			await client.invalidateQueries({ queryKey: viewsQuery.queryKey });
			offer(say, say(m.viewSaved, { name: v.name }), async () => {
				await removeView(v.id);
				await client.invalidateQueries({ queryKey: viewsQuery.queryKey });
			});
			onDone();
		},
	});
	const submit = (e: FormEvent) => {
		e.preventDefault();
		if (name.trim() !== "") save.mutate();
	};
	return (
		<form onSubmit={submit}>
			<Stack gap="md">
				<TextInput
					label={say(m.viewName)}
					value={name}
					maxLength={60}
					onChange={(e) => setName(e.currentTarget.value)}
					data-autofocus
					required
				/>
				<Checkbox
					label={say(m.viewShared)}
					checked={shared}
					onChange={(e) => setShared(e.currentTarget.checked)}
				/>
				{save.error && <FailureNote error={save.error} title={say(m.viewFailed)} />}
				<Group justify="flex-end" gap="sm">
					<Button variant="default" onClick={onDone}>
						{say(m.cancel)}
					</Button>
					<Button type="submit" loading={save.isPending}>
						{say(m.save)}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
