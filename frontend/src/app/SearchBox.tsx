import { Kbd, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** The one search box: a VIN or any part of it, a plate, a word of a note. */
export function SearchBox() {
	const navigate = useNavigate();
	const { q } = useSearch({ strict: false }) as { q?: string };
	const [text, setText] = useState(q ?? "");
	useEffect(() => setText(q ?? ""), [q]);
	const go = (value: string) =>
		navigate({ to: "/vehicles", search: (old) => ({ ...old, q: value || undefined }), replace: true });
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
					aria-label="Search vehicles"
					placeholder="Last 6 of a VIN, make, plate, note…"
					leftSection={<IconSearch size={16} aria-hidden />}
					rightSection={<Kbd size="xs">/</Kbd>}
					autoComplete="off"
					spellCheck={false}
				/>
			</form>
		</search>
	);
}
