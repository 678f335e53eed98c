import { Kbd, Modal, Switch, Table, Text } from "@mantine/core";
import { Fragment } from "react";
import { keymap, keyName } from "../lib/keymap";
import { usePreferences, useSetPreferences } from "../lib/queries";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** The sheet of keys. Single ones can be switched off, for people who dictate. */
export function Shortcuts({ opened, onClose }: { opened: boolean; onClose: () => void }) {
	const say = useSay();
	const p = usePreferences();
	const set = useSetPreferences();
	return (
		<Modal
			opened={opened}
			onClose={onClose}
			title={say(m.keys)}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			<Table verticalSpacing={6}>
				<Table.Tbody>
					{Object.entries(keymap).map(([action, { keys, about }]) => (
						<Table.Tr key={action}>
							<Table.Th scope="row" w={130}>
								{keys.map((k, i) => (
									<Fragment key={k}>
										{i > 0 && ` ${say(m.thenKey)} `}
										<Kbd>{keyName(k)}</Kbd>
									</Fragment>
								))}
							</Table.Th>
							<Table.Td>{say(about)}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
			<Switch
				mt="md"
				label={say(m.keysOn)}
				checked={p.shortcuts}
				onChange={(e) => set.mutate({ ...p, shortcuts: e.currentTarget.checked })}
			/>
			<Text size="xs" c="dimmed" mt={4}>
				{say(m.keysAbout)}
			</Text>
		</Modal>
	);
}
