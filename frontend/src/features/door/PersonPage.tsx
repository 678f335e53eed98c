import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useSession } from "../../lib/session";
import { DoorPage } from "./DoorPage";

/** The door with an address of its own: for this computer, which is let in anyway, to sign in as a person. */
export function PersonPage() {
	const session = useSession();
	const navigate = useNavigate();
	const person = session?.user !== undefined;
	useEffect(() => {
		if (person) void navigate({ to: "/", replace: true });
	}, [person, navigate]);
	if (!session || person) return null;
	return <DoorPage session={session} />;
}
