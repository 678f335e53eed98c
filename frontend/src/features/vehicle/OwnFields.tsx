import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useSay } from "../../lib/say";
import { form as m } from "./messages";
import type { OwnField } from "./vehicleFields";

/** The fields of somebody's own, each with its name: what a list said, or what this place keeps. */
export function OwnFields(props: { of: OwnField[]; onChange: (own: OwnField[]) => void; error?: string }) {
	const say = useSay();
	const { of } = props;
	const set = (i: number, more: Partial<OwnField>) =>
		props.onChange(of.map((o, at) => (at === i ? { ...o, ...more } : o)));
	return (
		<Group component="fieldset" p={0} m={0} bd={0} display="block">
			<Text component="legend" fw={600} size="sm" p={0} mb={6}>
				{say(m.own)}
			</Text>
			<Stack gap="xs">
				{of.map((o, i) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: the rows never change places, and names are typed
					<Group key={i} gap="xs" wrap="nowrap" align="flex-start">
						<TextInput
							flex={1}
							aria-label={say(m.ownName, { n: i + 1 })}
							placeholder={say(m.ownNameHint)}
							value={o.name}
							maxLength={60}
							onChange={(e) => set(i, { name: e.currentTarget.value })}
						/>
						<TextInput
							flex={2}
							aria-label={say(m.ownText, { name: o.name || String(i + 1) })}
							value={o.text}
							maxLength={1000}
							onChange={(e) => set(i, { text: e.currentTarget.value })}
						/>
						<ActionIcon
							variant="subtle"
							color="gray"
							mt={4}
							aria-label={say(m.ownRemove, { name: o.name || String(i + 1) })}
							onClick={() => props.onChange(of.filter((_, at) => at !== i))}
						>
							<IconX size={16} aria-hidden />
						</ActionIcon>
					</Group>
				))}
				{props.error && (
					<Text size="xs" c="red" role="alert">
						{props.error}
					</Text>
				)}
				{of.length < 60 && (
					<div>
						<Button
							size="compact-sm"
							variant="subtle"
							leftSection={<IconPlus size={14} aria-hidden />}
							onClick={() => props.onChange([...of, { name: "", text: "" }])}
						>
							{say(m.ownAdd)}
						</Button>
					</div>
				)}
			</Stack>
		</Group>
	);
}
