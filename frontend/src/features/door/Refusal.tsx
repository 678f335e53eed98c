import { FailureNote } from "../../components/FailureNote";
import { gaveUp } from "../../lib/passkeys";
import { useSay } from "../../lib/say";
import { m } from "./messages";

/** Why the door stays shut. A passkey that was given up is not worth a word. */
export function Refusal({ error, title }: { error: Error | null; title?: string }) {
	const say = useSay();
	if (error === null || gaveUp(error)) return null;
	return <FailureNote error={error} title={title ?? say(m.failed)} />;
}
