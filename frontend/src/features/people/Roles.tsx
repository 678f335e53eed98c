import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowsDiff, IconDownload, IconPlus, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../../components/access/Dialog";
import { FailureNote } from "../../components/FailureNote";
import { useSaveFile } from "../../hooks/useSaveFile";
import { type Role, rolesQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { exportRoles } from "./api";
import { Compare } from "./Compare";
import { ImportRoles } from "./ImportRoles";
import { roles as m } from "./messages";
import classes from "./people.module.css";
import { RoleCard } from "./RoleCard";
import { RoleForm } from "./RoleForm";

/** What is open over the list of roles. */
type Open = { edit: Role } | { copy: Role | undefined } | "compare" | "import" | undefined;

/** The roles: the organisation's own, and those that come with Hubcap. */
export function Roles() {
	const say = useSay();
	const q = useQuery(rolesQuery);
	const may = useMay("roles.manage");
	const [open, setOpen] = useState<Open>();
	const save = useSaveFile();
	const take = useMutation({
		mutationFn: exportRoles,
		onSuccess: (text) =>
			save.mutate({ name: say(m.exported), file: new Blob([text], { type: "application/yaml" }) }),
	});
	if (q.error) return <FailureNote error={q.error} title={say(m.failed)} onRetry={() => q.refetch()} />;
	if (!q.data) return <Skeleton height={320} aria-label={say(m.loading)} />;
	const own = q.data.filter((r) => !r.template);
	const ready = q.data.filter((r) => r.template);
	const close = () => setOpen(undefined);
	const form = typeof open === "object" ? open : undefined;
	const card = (r: Role) => (
		<RoleCard
			key={r.id}
			of={r}
			may={may}
			onEdit={() => setOpen({ edit: r })}
			onCopy={() => setOpen({ copy: r })}
		/>
	);
	return (
		<Stack gap="md">
			<Group justify="space-between" align="flex-start" gap="sm">
				<Text maw={520}>{say(m.about)}</Text>
				{may && (
					<Group gap="xs">
						<Button
							variant="default"
							leftSection={<IconArrowsDiff size={16} aria-hidden />}
							onClick={() => setOpen("compare")}
						>
							{say(m.compare)}
						</Button>
						<Button
							variant="default"
							leftSection={<IconUpload size={16} aria-hidden />}
							onClick={() => setOpen("import")}
						>
							{say(m.importIt)}
						</Button>
						<Button
							variant="default"
							leftSection={<IconDownload size={16} aria-hidden />}
							disabled={own.length === 0}
							loading={take.isPending}
							onClick={() => take.mutate()}
						>
							{say(m.exportIt)}
						</Button>
						<Button
							leftSection={<IconPlus size={16} aria-hidden />}
							onClick={() => setOpen({ copy: undefined })}
						>
							{say(m.add)}
						</Button>
					</Group>
				)}
			</Group>
			{take.error && <FailureNote error={take.error} />}
			<Title order={2} size="h4">
				{say(m.own)}
			</Title>
			{own.length === 0 ? (
				<Text c="dimmed">{say(may ? m.noOwn : m.noneOwn)}</Text>
			) : (
				<div className={classes.cards}>{own.map(card)}</div>
			)}
			<Title order={2} size="h4">
				{say(m.ready)}
			</Title>
			<div className={classes.cards}>{ready.map(card)}</div>
			<Dialog
				opened={form !== undefined}
				onClose={close}
				title={form && "edit" in form ? say(m.editTitle, { name: form.edit.name }) : say(m.newTitle)}
				size="xl"
			>
				{form && (
					<RoleForm
						of={"edit" in form ? form.edit : undefined}
						like={"copy" in form ? form.copy : undefined}
						onDone={close}
					/>
				)}
			</Dialog>
			<Dialog opened={open === "compare"} onClose={close} title={say(m.compare)} size="xl">
				<Compare roles={q.data} />
			</Dialog>
			<Dialog opened={open === "import"} onClose={close} title={say(m.importTitle)} size="lg">
				<ImportRoles onDone={close} />
			</Dialog>
		</Stack>
	);
}
