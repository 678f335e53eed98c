import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconTag } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Message } from "../../lib/catalogue";
import { metaQuery } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { categoryQuery } from "./api";

/** Shorter texts say nothing yet. */
const least = 4;
const mostLetters = 4_000;
const pauseMS = 400;

/** Suggests the kind of work that a text is about. It is taken by a person or not at all. */
export function KindChip(props: {
	text: string;
	/** Kinds that need no suggestion. */
	taken: string[];
	/** What taking it does, with {kind}. */
	words: Message;
	onTake: (kind: string) => void;
}) {
	const say = useSay();
	const [text] = useDebouncedValue(props.text.trim().slice(0, mostLetters), pauseMS);
	const meta = useQuery(metaQuery);
	const q = useQuery({ ...categoryQuery(text), enabled: text.length >= least });
	const kind = q.data?.kind || q.data?.similar[0]?.kind;
	const name = meta.data?.serviceKinds?.find((k) => k.kind === kind)?.name;
	// What was typed since may be about something else.
	if (!kind || !name || props.taken.includes(kind) || props.text.trim().length < least) return null;
	return (
		<Button
			size="compact-sm"
			variant="light"
			radius="xl"
			leftSection={<IconTag size={14} aria-hidden />}
			onClick={() => props.onTake(kind)}
			style={{ alignSelf: "flex-start" }}
		>
			{say(props.words, { kind: name })}
		</Button>
	);
}
