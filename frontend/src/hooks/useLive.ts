import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { follow } from "../lib/live";
import { followSession } from "../lib/session";

/**
 * Keeps what is shown up to date with what others write; once, in the shell.
 * Another person's stream begins anew, and "" is nobody's: there is none.
 */
export function useLive(who: string): void {
	const client = useQueryClient();
	useEffect(() => (who === "" ? undefined : follow(client)), [client, who]);
}

/** Keeps the session as the hub has it; once, in the shell. */
export function useSessionKept(): void {
	const client = useQueryClient();
	useEffect(() => followSession(client), [client]);
}
