import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Session, sessionChanged } from "../../lib/session";
import type { Entered } from "./api";
import { SecondFactor } from "./SecondFactor";
import { SetUp } from "./SetUp";
import { SignIn } from "./SignIn";

/**
 * Stands in the place of whatever page was wanted until somebody is signed in;
 * the address stays, and the page comes once they are.
 */
export function DoorPage({ session }: { session: Session }) {
	const client = useQueryClient();
	const [second, setSecond] = useState<Entered>();
	const enter = async (e: Entered) => {
		if (e.next === "second") setSecond(e);
		else await sessionChanged(client);
	};
	if (second) return <SecondFactor entered={second} onEntered={enter} onAgain={() => setSecond(undefined)} />;
	if (session.setup.needed) return <SetUp session={session} onEntered={enter} />;
	return <SignIn session={session} onEntered={enter} />;
}
