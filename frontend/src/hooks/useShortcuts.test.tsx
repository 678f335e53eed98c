import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { shortcuts, useShortcuts } from "./useShortcuts";

function Page({ onKey, dialog = false }: { onKey: () => void; dialog?: boolean }) {
	useShortcuts({ d: onKey });
	return (
		<>
			<input aria-label="VIN" />
			<button type="button">Other</button>
			{dialog && <div role="dialog" />}
		</>
	);
}

afterEach(() => {
	shortcuts.enabled = true;
});

it("fires on a single key, wherever the focus is", async () => {
	const onKey = vi.fn();
	render(<Page onKey={onKey} />);
	await userEvent.keyboard("d");
	await userEvent.click(screen.getByRole("button", { name: "Other" }));
	await userEvent.keyboard("d");
	expect(onKey).toHaveBeenCalledTimes(2);
});

it.each([
	["while a person types", async () => userEvent.type(screen.getByRole("textbox"), "d"), false],
	["with Control held", async () => userEvent.keyboard("{Control>}d{/Control}"), false],
	["while a dialog is open", async () => userEvent.keyboard("d"), true],
])("does not fire %s", async (_, press, dialog) => {
	const onKey = vi.fn();
	render(<Page onKey={onKey} dialog={dialog} />);
	await press();
	expect(onKey).not.toHaveBeenCalled();
});

it("can be turned off", async () => {
	const onKey = vi.fn();
	render(<Page onKey={onKey} />);
	shortcuts.enabled = false;
	await userEvent.keyboard("d");
	expect(onKey).not.toHaveBeenCalled();
});
