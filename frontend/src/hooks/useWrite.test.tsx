import { Button, MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { api, written } from "../lib/api";
import { lastWrite } from "../lib/sequence";
import { useWrite } from "./useWrite";

const server = setupServer(
	http.post("*/api/v1/vehicles/:id/notes", () =>
		HttpResponse.json({ id: "v1" }, { status: 201, headers: { "Hubcap-Batch": "b7", "Hubcap-Seq": "42" } }),
	),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
	server.resetHandlers();
	notifications.clean();
});
afterAll(() => server.close());

function AddNote({ onUndone }: { onUndone: () => void }) {
	const add = useWrite({
		write: (text: string) =>
			written(api.POST("/api/v1/vehicles/{id}/notes", { params: { path: { id: "v1" } }, body: { text } })),
		said: () => "Note added.",
		onUndone,
	});
	return <Button onClick={() => add.mutate("leaks")}>Add</Button>;
}

function show(onUndone = vi.fn()) {
	render(
		<MantineProvider env="test">
			<QueryClientProvider client={new QueryClient()}>
				<Notifications />
				<AddNote onUndone={onUndone} />
			</QueryClientProvider>
		</MantineProvider>,
	);
	return onUndone;
}

it("says what was written, keeps its sequence, and takes it back", async () => {
	const undone = vi.fn();
	server.use(
		http.post("*/api/v1/undo/:batch", ({ params }) => {
			undone(params.batch);
			return HttpResponse.json({ changes: 1 }, { headers: { "Hubcap-Seq": "43" } });
		}),
	);
	const left = show();
	await userEvent.click(screen.getByRole("button", { name: "Add" }));
	await screen.findByText("Note added.");
	expect(lastWrite.seq).toBe(42);
	await userEvent.click(screen.getByRole("button", { name: "Undo" }));
	await screen.findByText("Taken back.");
	expect(undone).toHaveBeenCalledWith("b7");
	expect(left).toHaveBeenCalledOnce();
	expect(lastWrite.seq).toBe(43);
});

const job = { id: "j1", kind: "undo", title: "Take it back", state: "running" };
const ended = "2026-11-23T10:00:00Z";

async function takeBackByJob(end: object) {
	const states = [job, { ...job, ended, ...end }];
	server.use(
		http.post("*/api/v1/undo/:batch", () => HttpResponse.json({ restored: 0, kept: 0, job })),
		http.get("*/api/v1/jobs/j1", () => HttpResponse.json(states.shift())),
	);
	const left = show();
	await userEvent.click(screen.getByRole("button", { name: "Add" }));
	await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
	await screen.findByText("It is being taken back…");
	expect(left).not.toHaveBeenCalled();
	return left;
}

it("waits for the job that takes much back", async () => {
	const left = await takeBackByJob({ state: "done", result: { restored: 900, kept: 0 } });
	await screen.findByText("Taken back.", {}, { timeout: 5_000 });
	expect(left).toHaveBeenCalledOnce();
});

it("says that the job was stopped", async () => {
	const left = await takeBackByJob({ state: "canceled" });
	await screen.findByText(/It was stopped on the way/, {}, { timeout: 5_000 });
	expect(left).not.toHaveBeenCalled();
});

it("says why it could not be taken back", async () => {
	server.use(
		http.post("*/api/v1/undo/:batch", () =>
			HttpResponse.json(
				{ type: "about:blank", title: "Conflict", status: 409, detail: "Somebody changed it since." },
				{ status: 409, headers: { "Content-Type": "application/problem+json" } },
			),
		),
	);
	const left = show();
	await userEvent.click(screen.getByRole("button", { name: "Add" }));
	await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
	await screen.findByText(/Somebody changed it since/);
	expect(left).not.toHaveBeenCalled();
});
