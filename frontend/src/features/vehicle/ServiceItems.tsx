import { ActionIcon, Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { metaQuery } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { KindChip } from "./KindChip";
import { invoice, records as m } from "./messages";
import type { ItemFields } from "./recordFields";

/** What was done, one line a kind of work. */
export function ServiceItems(props: {
	items: ItemFields[];
	currency: string;
	wrong: Partial<Record<string, string>>;
	onChange: (items: ItemFields[]) => void;
}) {
	const say = useSay();
	const meta = useQuery(metaQuery);
	const costs = useMay("costs.read");
	const kinds = meta.data?.serviceKinds?.map((k) => ({ value: k.kind, label: sentence(k.name) })) ?? [];
	const change = (i: number, part: Partial<ItemFields>) =>
		props.onChange(props.items.map((x, at) => (at === i ? { ...x, ...part } : x)));
	return (
		<Stack gap="sm">
			{props.items.map((item, i) => {
				const several = props.items.length > 1;
				const n = i + 1;
				const currency = item.currency || props.currency;
				return (
					<Stack key={item.key} gap={6}>
						<Group align="flex-end" wrap="nowrap" gap="xs">
							<NativeSelect
								label={say(several ? m.whatDoneN : m.whatDone, { n })}
								value={item.kind}
								onChange={(e) => change(i, { kind: e.currentTarget.value })}
								data={kinds}
								data-autofocus={i === 0 || undefined}
								flex={1}
							/>
							{several && (
								<ActionIcon
									variant="subtle"
									color="gray"
									size={36}
									onClick={() => props.onChange(props.items.filter((_, at) => at !== i))}
									aria-label={say(m.leaveOut, { n })}
								>
									<IconX size={16} aria-hidden />
								</ActionIcon>
							)}
						</Group>
						<Group wrap="nowrap" align="flex-start" gap="xs">
							<TextInput
								label={say(several ? m.detailsN : m.details, { n })}
								value={item.text}
								onChange={(e) => change(i, { text: e.currentTarget.value })}
								placeholder={say(m.optional)}
								maxLength={500}
								flex={2}
							/>
							{costs && (
								<TextInput
									label={say(several ? m.costN : m.cost, { n, currency })}
									value={item.cost}
									onChange={(e) => change(i, { cost: e.currentTarget.value })}
									inputMode="decimal"
									placeholder={say(m.unknown)}
									error={props.wrong[`items/${i}/cost`]}
									data-field="total"
									flex={1}
								/>
							)}
						</Group>
						<KindChip
							text={item.text}
							taken={[item.kind]}
							words={invoice.useKind}
							onTake={(kind) => change(i, { kind })}
						/>
					</Stack>
				);
			})}
			<Button
				variant="subtle"
				size="compact-sm"
				leftSection={<IconPlus size={14} aria-hidden />}
				onClick={() => props.onChange([...props.items, anotherItem(props.items)])}
				style={{ alignSelf: "flex-start" }}
			>
				{say(m.moreWork)}
			</Button>
		</Stack>
	);
}

const anotherItem = (items: ItemFields[]): ItemFields => ({
	key: Math.max(...items.map((i) => i.key)) + 1,
	kind: "other",
	text: "",
	cost: "",
	currency: "",
});

const sentence = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);
