import { Kbd, Modal, Switch, Table, Text } from "@mantine/core";
import { useState } from "react";
import { shortcuts } from "../hooks/useShortcuts";

const sheet: [string[], string][] = [
	[["/"], "Search vehicles"],
	[["d"], "Decode a VIN"],
	[["n"], "New vehicle: decode its VIN, then save"],
	[["g", "v"], "All vehicles"],
	[["j"], "Next vehicle of the list"],
	[["k"], "Previous vehicle of the list"],
	[["Enter"], "Open the vehicle"],
	[["e"], "Edit the vehicle"],
	[["Esc"], "Close, or clear the VIN"],
	[["?"], "This sheet"],
];

/** The sheet of single keys. They can be turned off, for people who dictate. */
export function Shortcuts({ opened, onClose }: { opened: boolean; onClose: () => void }) {
	const [on, setOn] = useState(shortcuts.enabled);
	return (
		<Modal opened={opened} onClose={onClose} title="Keys" closeButtonProps={{ "aria-label": "Close" }}>
			<Table verticalSpacing={6}>
				<Table.Tbody>
					{sheet.map(([keys, what]) => (
						<Table.Tr key={what}>
							<Table.Th scope="row" w={110}>
								{keys.map((k, i) => (
									<span key={k}>
										{i > 0 && " then "}
										<Kbd>{k}</Kbd>
									</span>
								))}
							</Table.Th>
							<Table.Td>{what}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
			<Switch
				mt="md"
				label="Single keys work, until this page is closed"
				checked={on}
				onChange={(e) => {
					shortcuts.enabled = e.currentTarget.checked;
					setOn(e.currentTarget.checked);
				}}
			/>
			<Text size="xs" c="dimmed" mt={4}>
				They never fire while you type.
			</Text>
		</Modal>
	);
}
