import { Button, Container, Group, Menu, Skeleton, Tabs, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconDownload, IconPencil } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { Failure, problemOf, send } from "../../lib/api";
import { useSay } from "../../lib/say";
import { type Intake, intakeQuery, type Look, reportAddress, updateIntake } from "./api";
import { Check } from "./Check";
import { Columns } from "./Columns";
import { useDrop } from "./DropFiles";
import { FilesStep } from "./FilesStep";
import classes from "./lists.module.css";
import { m } from "./messages";
import { NotAdded } from "./NotAdded";
import { PrintList } from "./PrintList";
import { TakeIn } from "./TakeIn";
import { Taken } from "./Taken";
import { useAddFiles } from "./useAddFiles";
import { rowsOf, stemOf } from "./words";

/** One evening's list: its files, its columns, its check, and the taking in. */
export function ListPage() {
	const { id } = useParams({ from: "/lists/$id" });
	const say = useSay();
	const q = useQuery(intakeQuery(id));
	useDocumentTitle(say(m.listPage, { name: q.data?.name ?? say(m.title) }));
	return (
		<Container size="xl" py="md">
			<Link to="/lists" className="link">
				{say(m.all)}
			</Link>
			{q.error && <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />}
			{q.isPending && !q.error && <Skeleton mt="md" height={320} aria-label={say(m.loading)} />}
			{q.data && <Steps of={q.data} />}
		</Container>
	);
}

function Steps({ of: i }: { of: Intake }) {
	const say = useSay();
	const { step, row, ...look } = useSearch({ from: "/lists/$id" });
	const navigate = useNavigate({ from: "/lists/$id" });
	const files = useAddFiles(i.id);
	const { add } = files;
	const onFiles = useCallback((list: File[]) => add(list), [add]);
	const empty = i.files.length === 0;
	const at = empty ? "files" : (step ?? "check");
	const go = (to: string | null) =>
		void navigate({ search: { step: to === "check" || !to ? undefined : (to as "files" | "columns") } });
	const setLook = (to: Look) =>
		void navigate({ search: { ...to, row: undefined }, replace: true, resetScroll: false });
	return (
		<>
			<Group justify="space-between" align="flex-start" gap="sm" mt={4} mb="sm">
				<Name of={i} />
				{!empty && (
					<Group gap="xs">
						<PrintList of={i} look={look} />
						<Report of={i} />
						<TakeIn of={i} />
					</Group>
				)}
			</Group>
			{i.commits.length > 0 && <Taken of={i} />}
			<Tabs value={at} onChange={go} keepMounted={false}>
				<Tabs.List mb="md" aria-label={say(m.steps)}>
					<Tabs.Tab value="files">{say(m.stepFiles)}</Tabs.Tab>
					<Tabs.Tab value="columns" disabled={empty}>
						{say(m.stepColumns)}
					</Tabs.Tab>
					<Tabs.Tab value="check" disabled={empty}>
						{say(m.stepCheck)}
					</Tabs.Tab>
				</Tabs.List>
				{at !== "files" && <DropHere onFiles={onFiles} files={files} />}
				<Tabs.Panel value="files">
					<FilesStep of={i} files={files} onFiles={onFiles} />
				</Tabs.Panel>
				<Tabs.Panel value="columns">
					<Columns of={i} />
				</Tabs.Panel>
				<Tabs.Panel value="check">
					<Check
						of={i}
						look={look}
						onLook={setLook}
						row={row}
						onRow={(to) =>
							void navigate({ search: (old) => ({ ...old, row: to }), replace: true, resetScroll: false })
						}
					/>
				</Tabs.Panel>
			</Tabs>
		</>
	);
}

/** A file dropped on the check or the columns joins the evening; nothing else shows of it here. */
function DropHere(props: {
	onFiles: (list: File[]) => Promise<unknown>;
	files: ReturnType<typeof useAddFiles>;
}) {
	const say = useSay();
	const over = useDrop(props.onFiles);
	const { sending, failed } = props.files;
	if (sending)
		return (
			<Text size="sm" role="status">
				{say(m.sending, { name: sending.name, percent: sending.percent })}
			</Text>
		);
	if (over)
		return (
			<div className={classes.drop} data-over>
				<Text fw={600}>{say(m.addFile)}</Text>
			</div>
		);
	return <NotAdded failed={failed} onFiles={props.onFiles} />;
}

function Name({ of: i }: { of: Intake }) {
	const say = useSay();
	const client = useQueryClient();
	const [name, setName] = useState<string>();
	const save = useMutation({
		mutationFn: (to: string) => updateIntake(i.id, { name: to }),
		onSuccess: async () => {
			await client.invalidateQueries({ queryKey: ["intakes"] });
			setName(undefined);
		},
	});
	if (name === undefined) {
		return (
			<div>
				<Group gap={6} align="center">
					<Title order={1} size="h3" className={classes.name}>
						{i.name}
					</Title>
					<Button
						variant="subtle"
						size="compact-sm"
						color="gray"
						leftSection={<IconPencil size={14} aria-hidden />}
						onClick={() => setName(i.name)}
					>
						{say(m.rename)}
					</Button>
				</Group>
				<Text size="sm" c="dimmed">
					{say(m.rows, { n: rowsOf(i) })}
					{i.files.length > 1 && ` · ${say(m.files, { n: i.files.length })}`}
				</Text>
			</div>
		);
	}
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				save.mutate(name);
			}}
		>
			<Group gap="xs" align="flex-end">
				<TextInput
					label={say(m.name)}
					value={name}
					onChange={(e) => setName(e.currentTarget.value)}
					error={save.error?.message}
					maxLength={120}
					autoFocus
				/>
				<Button type="submit" loading={save.isPending} disabled={name.trim() === ""}>
					{say(m.save)}
				</Button>
				<Button variant="subtle" onClick={() => setName(undefined)}>
					{say(m.cancel)}
				</Button>
			</Group>
		</form>
	);
}

function Report({ of: i }: { of: Intake }) {
	const say = useSay();
	const file = useSaveFile();
	const get = useMutation({
		mutationFn: async (format: "csv" | "xlsx") => {
			const answer = await send(new Request(reportAddress(i.id, format)));
			if (!answer.ok) throw new Failure(await problemOf(answer));
			return {
				name: `${stemOf(i)}-checked.${format}`,
				file: await answer.blob(),
			};
		},
		onSuccess: (f) => file.mutate(f),
		onError: (e) =>
			notifications.show({ title: say(m.noReport), message: e.message, color: "red", autoClose: false }),
	});
	return (
		<Menu position="bottom-end">
			<Menu.Target>
				<Button
					variant="default"
					leftSection={<IconDownload size={16} aria-hidden />}
					rightSection={<IconChevronDown size={14} aria-hidden />}
					loading={get.isPending || file.isPending}
				>
					{say(m.report)}
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Item onClick={() => get.mutate("csv")}>{say(m.reportCSV)}</Menu.Item>
				<Menu.Item onClick={() => get.mutate("xlsx")}>{say(m.reportXLSX)}</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
