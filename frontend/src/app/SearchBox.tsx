import { Combobox, Group, Kbd, Text, TextInput, useCombobox } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouterState, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, data } from "../lib/api";
import { useSay } from "../lib/say";
import { m } from "./messages";
import { type Completion, completed, completions, fieldOf, waits } from "./operators";

/** The one search box: a VIN or any part of it, a plate, a word of a note; operators complete themselves. */
export function SearchBox() {
	const say = useSay();
	const navigate = useNavigate();
	const { q } = useSearch({ strict: false }) as { q?: string };
	const path = useRouterState({ select: (s) => s.location.pathname });
	// From another page a search is a step that Back undoes; letters after the first are not.
	const here = path === "/vehicles";
	const asked = here ? (q ?? "") : "";
	const [text, setText] = useState(asked);
	useEffect(() => {
		// While a person types, the box leads and the address follows.
		if (document.activeElement?.id !== "search") setText(asked);
	}, [asked]);
	const go = (value: string) =>
		navigate({
			to: "/vehicles",
			search: (old) => ({
				sort: here ? (old as { sort?: string }).sort : undefined,
				q: value.trim() || undefined,
			}),
			replace: here,
		});

	const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
	const values = useFacetValues(fieldOf(text));
	const offered = completions(text, values);
	const type = (value: string) => {
		setText(value);
		box.resetSelectedOption();
		box.openDropdown();
		// An operator that waits for its value is no question yet.
		if (!waits(value)) void go(value);
	};
	return (
		<search>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					box.closeDropdown();
					void go(text);
				}}
			>
				<Combobox
					store={box}
					onOptionSubmit={(clause) => {
						const c = offered.find((o) => o.clause === clause);
						if (c) type(completed(text, c));
					}}
				>
					<Combobox.Target withAriaAttributes={offered.length > 0} targetType="input">
						<TextInput
							id="search"
							type="search"
							value={text}
							onChange={(e) => type(e.currentTarget.value)}
							onFocus={() => box.openDropdown()}
							onBlur={() => box.closeDropdown()}
							onKeyDown={(e) => {
								if (e.key !== "Escape") return;
								if (box.dropdownOpened && offered.length > 0) box.closeDropdown();
								else e.currentTarget.blur();
							}}
							aria-label={say(m.search)}
							placeholder={say(m.searchHint)}
							leftSection={<IconSearch size={16} aria-hidden />}
							rightSection={<Kbd size="xs">/</Kbd>}
							autoComplete="off"
							spellCheck={false}
						/>
					</Combobox.Target>
					<Combobox.Dropdown hidden={offered.length === 0}>
						<Combobox.Options aria-label={say(m.completions)}>
							{offered.map((c) => (
								<Combobox.Option key={c.clause} value={c.clause}>
									<Offer c={c} />
								</Combobox.Option>
							))}
						</Combobox.Options>
					</Combobox.Dropdown>
				</Combobox>
			</form>
		</search>
	);
}

function Offer({ c }: { c: Completion }) {
	const say = useSay();
	return (
		<Group justify="space-between" wrap="nowrap" gap="xs">
			<code>{c.clause}</code>
			<Text span size="xs" c="dimmed">
				{c.about ? say(c.about) : say.number(c.count ?? 0)}
			</Text>
		</Group>
	);
}

/** The values that a field has over all vehicles, the most frequent first. */
function useFacetValues(field: string | undefined) {
	const { data: values } = useQuery({
		queryKey: ["search", "values", field],
		queryFn: async ({ signal }) => {
			const query = { limit: 1, facets: [field ?? ""] };
			return (
				(await data(api.GET("/api/v1/search", { params: { query }, signal }))).facets?.[field ?? ""] ?? []
			);
		},
		enabled: field !== undefined,
		staleTime: 30_000,
	});
	return field === undefined ? [] : (values ?? []);
}
