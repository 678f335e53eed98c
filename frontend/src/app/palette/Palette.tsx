import { Group, Kbd, Modal, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useSay } from "../../lib/say";
import { type Item, useItems } from "./items";
import { m } from "./messages";
import classes from "./Palette.module.css";

/** How long a key waits for the next one before the hub is asked, in milliseconds. */
const pauseMS = 40;

/** One box for everything: a VIN or part of it, a vehicle, a note, an action, a setting. */
export function Palette(props: { opened: boolean; onClose: () => void; onKeys: () => void }) {
	const say = useSay();
	return (
		<Modal.Root
			opened={props.opened}
			onClose={props.onClose}
			size="lg"
			yOffset="12vh"
			transitionProps={{ duration: 0 }}
		>
			<Modal.Overlay />
			<Modal.Content aria-label={say(m.title)} radius="md">
				<Modal.Body p={0}>
					<Box onClose={props.onClose} onKeys={props.onKeys} />
				</Modal.Body>
			</Modal.Content>
		</Modal.Root>
	);
}

function Box({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
	const say = useSay();
	const id = useId();
	const [text, setText] = useState("");
	const [asked] = useDebouncedValue(text, pauseMS);
	const [at, setAt] = useState(0);
	const { items, found } = useItems(text, asked, onKeys);
	const active = items[Math.min(at, items.length - 1)];
	const list = useRef<HTMLDivElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the one that is chosen came into view
	useLayoutEffect(() => {
		list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
	}, [active?.id]);

	// Enter that comes before the answer waits for it: what stands there is still of the words before.
	const behind = text !== asked || found.isPlaceholderData;
	const [entered, setEntered] = useState(false);
	// biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the answer is there
	useEffect(() => {
		if (!entered || behind) return;
		setEntered(false);
		if (active) run(active);
	}, [entered, behind]);

	const run = (item: Item) => {
		onClose();
		void item.run();
	};
	const press = (e: KeyboardEvent) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
		if (step) setAt((Math.min(at, items.length - 1) + step + items.length) % Math.max(1, items.length));
		else if (e.key === "Home" && e.ctrlKey) setAt(0);
		else if (e.key === "End" && e.ctrlKey) setAt(items.length - 1);
		else if (e.key === "Enter" && !e.nativeEvent.isComposing) setEntered(true);
		else return;
		e.preventDefault();
	};
	return (
		<>
			<TextInput
				value={text}
				onChange={(e) => {
					setText(e.currentTarget.value);
					setAt(0);
					setEntered(false);
				}}
				onKeyDown={press}
				data-autofocus
				role="combobox"
				aria-expanded="true"
				aria-controls={`${id}-list`}
				aria-activedescendant={active && `${id}-${active.id}`}
				aria-autocomplete="list"
				aria-label={say(m.title)}
				placeholder={say(m.hint)}
				leftSection={<IconSearch size={20} aria-hidden />}
				size="lg"
				classNames={{ input: classes.input }}
				autoComplete="off"
				spellCheck={false}
			/>
			<VisuallyHidden role="status" aria-live="polite">
				{text !== "" && !found.isFetching && say(m.found, { n: items.length })}
			</VisuallyHidden>
			<div
				ref={list}
				id={`${id}-list`}
				role="listbox"
				tabIndex={-1}
				aria-label={say(m.results)}
				className={classes.list}
			>
				<Groups items={items} active={active} id={id} onRun={run} onPoint={(i) => setAt(items.indexOf(i))} />
			</div>
			{items.length === 0 && !found.isFetching && (
				<Text px="md" pb="md">
					{say(m.nothing, { q: text })}
				</Text>
			)}
			{found.error && (
				<Text px="md" pb="sm" size="sm" c="var(--hub-bad)" role="alert">
					{say(m.searchFailed)}
				</Text>
			)}
			<Text size="xs" c="dimmed" className={classes.foot} visibleFrom="xs">
				{say.rich(m.keys, { k: (c) => <Kbd size="xs">{c}</Kbd> })}
			</Text>
		</>
	);
}

function Groups(props: {
	items: Item[];
	active?: Item;
	id: string;
	onRun: (i: Item) => void;
	onPoint: (i: Item) => void;
}) {
	const say = useSay();
	const groups = [...new Set(props.items.map((i) => i.group))];
	return groups.map((g) => (
		// biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox
		<div key={g.id} role="group" aria-label={say(g)}>
			<div className={classes.group} aria-hidden>
				{say(g)}
			</div>
			{props.items
				.filter((i) => i.group === g)
				.map((i) => (
					// The box keeps the focus and has the keys; a pointer comes here.
					// biome-ignore lint/a11y/useKeyWithClickEvents: see above
					<div
						key={i.id}
						id={`${props.id}-${i.id}`}
						role="option"
						tabIndex={-1}
						aria-selected={i === props.active}
						className={classes.item}
						onClick={() => props.onRun(i)}
						onMouseMove={() => i !== props.active && props.onPoint(i)}
						onMouseDown={(e) => e.preventDefault()}
					>
						<i.icon size={18} stroke={1.6} aria-hidden />
						<div className={classes.words}>
							<Text size="sm" truncate>
								{i.title}
							</Text>
							{i.detail && <div className={classes.detail}>{i.detail}</div>}
						</div>
						{i.keys && (
							<Group gap={4} wrap="nowrap" visibleFrom="xs" aria-hidden>
								{i.keys.map((k) => (
									<Kbd key={k} size="xs">
										{k}
									</Kbd>
								))}
							</Group>
						)}
					</div>
				))}
		</div>
	));
}
