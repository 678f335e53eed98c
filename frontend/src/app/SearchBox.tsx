import { Kbd, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useRouterState, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useSay } from "../lib/say";
import { m } from "./messages";

/** The one search box: a VIN or any part of it, a plate, a word of a note. */
export function SearchBox() {
	const say = useSay();
	const navigate = useNavigate();
	const { q } = useSearch({ strict: false }) as { q?: string };
	const [text, setText] = useState(q ?? "");
	useEffect(() => {
		// While a person types, the box leads and the address follows.
		if (document.activeElement?.id !== "search") setText(q ?? "");
	}, [q]);
	// From another page a search is a step that Back undoes; letters after the first are not.
	const here = useRouterState({ select: (s) => s.location.pathname === "/vehicles" });
	const go = (value: string) =>
		navigate({ to: "/vehicles", search: (old) => ({ ...old, q: value || undefined }), replace: here });
	return (
		<search>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					void go(text.trim());
				}}
			>
				<TextInput
					id="search"
					type="search"
					value={text}
					onChange={(e) => {
						const value = e.currentTarget.value;
						setText(value);
						void go(value.trim());
					}}
					aria-label={say(m.search)}
					placeholder={say(m.searchHint)}
					leftSection={<IconSearch size={16} aria-hidden />}
					rightSection={<Kbd size="xs">/</Kbd>}
					autoComplete="off"
					spellCheck={false}
				/>
			</form>
		</search>
	);
}
