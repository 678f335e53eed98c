import { ActionIcon, Menu, NativeSelect, Stack, Text } from "@mantine/core";
import { IconBan, IconDots, IconHistory, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Dialog, Sure } from "../../components/access/Dialog";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type Key, revokeKey, rotateKey } from "./api";
import { Made } from "./Made";
import { m } from "./messages";

/** For how long the old key may go on, in minutes. */
const overlaps = [0, 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60];

/** What can be done with a key: replace it, or end it. */
export function KeyMenu({ of: k, state }: { of: Key; state: string }) {
	const say = useSay();
	const client = useQueryClient();
	const [open, setOpen] = useState<"rotate" | "revoke">();
	const [overlap, setOverlap] = useState(24 * 60);
	const mayAudit = useMay("audit.read");
	const again = () => client.invalidateQueries({ queryKey: ["keys"] });
	const close = () => setOpen(undefined);
	const rotate = useMutation({ mutationFn: () => rotateKey(k.id, overlap), onSettled: again });
	const revoke = useMutation({
		mutationFn: () => revokeKey(k.id),
		onSuccess: () => {
			offer(say, say(m.wasRevoked, { name: k.name }));
			close();
		},
		onSettled: again,
	});
	const works = state === "active" || state === "ending";
	const overlapText = (n: number) =>
		n === 0 ? say(m.atOnce) : n < 24 * 60 ? say(m.hours, { n: n / 60 }) : say(m.forDays, { n: n / 24 / 60 });
	return (
		<>
			<Menu position="bottom-end" width={220}>
				<Menu.Target>
					<ActionIcon variant="subtle" color="gray" size="lg" aria-label={say(m.moreFor, { name: k.name })}>
						<IconDots size={18} aria-hidden />
					</ActionIcon>
				</Menu.Target>
				<Menu.Dropdown>
					{state === "active" && (
						<Menu.Item
							leftSection={<IconRefresh size={16} aria-hidden />}
							onClick={() => {
								rotate.reset();
								setOpen("rotate");
							}}
						>
							{say(m.rotate)}
						</Menu.Item>
					)}
					{mayAudit && (
						<Menu.Item
							leftSection={<IconHistory size={16} aria-hidden />}
							component={Link}
							to="/audit"
							search={{ text: k.prefix } as never}
						>
							{say(m.audit)}
						</Menu.Item>
					)}
					{works && (
						<Menu.Item
							c="var(--hub-bad)"
							leftSection={<IconBan size={16} aria-hidden />}
							onClick={() => setOpen("revoke")}
						>
							{say(m.revoke)}
						</Menu.Item>
					)}
				</Menu.Dropdown>
			</Menu>
			<Dialog
				opened={open === "rotate"}
				onClose={close}
				title={say(rotate.data ? m.madeTitle : m.rotateTitle, { name: k.name })}
				size="lg"
			>
				{rotate.data ? (
					<Made of={rotate.data} onDone={close} />
				) : (
					<Sure
						about={
							<Stack gap="sm">
								<Text size="sm">{say(m.rotateAbout)}</Text>
								<NativeSelect
									label={say(m.overlap)}
									value={overlap}
									onChange={(e) => setOverlap(Number(e.currentTarget.value))}
									data={overlaps.map((n) => ({ value: String(n), label: overlapText(n) }))}
								/>
							</Stack>
						}
						action={say(m.rotate)}
						keep={say(m.cancel)}
						danger={false}
						failed={say(m.notRotated)}
						error={rotate.error}
						pending={rotate.isPending}
						onDo={() => rotate.mutate()}
						onKeep={close}
					/>
				)}
			</Dialog>
			<Dialog opened={open === "revoke"} onClose={close} title={say(m.revokeTitle, { name: k.name })}>
				<Sure
					about={
						<Stack gap="xs">
							<Text size="sm">{say(m.revokeAbout)}</Text>
							{k.lastUsed && (
								<Text size="sm">
									{say(m.revokeUsed, { moment: say.moment(k.lastUsed), address: k.lastFrom })}
								</Text>
							)}
						</Stack>
					}
					action={say(m.revoke)}
					failed={say(m.notRevoked)}
					error={revoke.error}
					pending={revoke.isPending}
					onDo={() => revoke.mutate()}
					onKeep={close}
				/>
			</Dialog>
		</>
	);
}
