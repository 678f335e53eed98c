import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { keymap } from "../lib/keymap";
import { preferencesQuery, unset } from "../lib/queries";
import { useShortcuts } from "./useShortcuts";

interface Pressed {
	onDecode?: () => void;
	onVehicles?: () => void;
	onPalette?: () => void;
	dialog?: boolean;
}

function Page({ onDecode, onVehicles, onPalette, dialog = false }: Pressed) {
	useShortcuts({
		decode: () => onDecode?.(),
		vehicles: () => onVehicles?.(),
		palette: () => onPalette?.(),
	});
	return (
		<>
			<input aria-label="VIN" />
			<button type="button">Other</button>
			{dialog && <div role="dialog" />}
		</>
	);
}

function show(pressed: Pressed, shortcuts = true) {
	const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
	client.setQueryData(preferencesQuery.queryKey, { ...unset, shortcuts });
	render(
		<QueryClientProvider client={client}>
			<Page {...pressed} />
		</QueryClientProvider>,
	);
}

it("fires on a single key, wherever the focus is", async () => {
	const onDecode = vi.fn();
	show({ onDecode });
	await userEvent.keyboard("d");
	await userEvent.click(screen.getByRole("button", { name: "Other" }));
	await userEvent.keyboard("d");
	expect(onDecode).toHaveBeenCalledTimes(2);
});

it("takes two keys one after the other, and not the second alone", async () => {
	const onVehicles = vi.fn();
	show({ onVehicles });
	await userEvent.keyboard("v");
	await userEvent.keyboard("gxv");
	expect(onVehicles).not.toHaveBeenCalled();
	await userEvent.keyboard("gv");
	expect(onVehicles).toHaveBeenCalledOnce();
});

it.each([
	["while a person types", async () => userEvent.type(screen.getByRole("textbox"), "d"), false],
	["with Control held", async () => userEvent.keyboard("{Control>}d{/Control}"), false],
	["while a dialog is open", async () => userEvent.keyboard("d"), true],
])("does not fire %s", async (_, press, dialog) => {
	const onDecode = vi.fn();
	show({ onDecode, dialog });
	await press();
	expect(onDecode).not.toHaveBeenCalled();
});

it("can be switched off, and then a held key still works", async () => {
	const [onDecode, onPalette] = [vi.fn(), vi.fn()];
	show({ onDecode, onPalette }, false);
	await userEvent.keyboard("d");
	expect(onDecode).not.toHaveBeenCalled();
	await userEvent.type(screen.getByRole("textbox"), "{Control>}k{/Control}");
	expect(onPalette).toHaveBeenCalledOnce();
});

it("does not take the second of two alone, so that no order of pages matters", async () => {
	const onNext = vi.fn();
	function Page() {
		useShortcuts({ next: onNext });
		return null;
	}
	const client = new QueryClient();
	client.setQueryData(preferencesQuery.queryKey, unset);
	render(
		<QueryClientProvider client={client}>
			<Page />
		</QueryClientProvider>,
	);
	await userEvent.keyboard("gj");
	expect(onNext).not.toHaveBeenCalled();
	await userEvent.keyboard("j");
	expect(onNext).toHaveBeenCalledOnce();
});

it("has each key once", () => {
	const all = Object.values(keymap).map((s) => s.keys);
	expect(new Set(all.map((k) => k.join(" "))).size).toBe(all.length);
});
