import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { follow } from "../lib/live";

/** Keeps what is shown up to date with what others write; once, in the shell. */
export function useLive(): void {
	const client = useQueryClient();
	useEffect(() => follow(client), [client]);
}
