import { api, data } from "./api";

/** What a browser answers, as the hub takes it. */
type Answer = { [key: string]: unknown };

/** Whether this browser speaks of passkeys in the form that the hub does. */
export const passkeysKnown = (): boolean =>
	typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

/** Whether the browser offers passkeys where a login is typed. */
export async function passkeysOffered(): Promise<boolean> {
	if (!passkeysKnown()) return false;
	return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/** Shows a passkey that the person has. */
export async function showPasskey(
	options: unknown,
	more: { signal?: AbortSignal; offered?: boolean } = {},
): Promise<Answer> {
	const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
		options as PublicKeyCredentialRequestOptionsJSON,
	);
	const got = await navigator.credentials.get({
		publicKey,
		signal: more.signal,
		mediation: more.offered ? "conditional" : "optional",
	});
	return json(got);
}

/** Makes a new passkey. */
export async function makePasskey(options: unknown): Promise<Answer> {
	const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
		options as PublicKeyCredentialCreationOptionsJSON,
	);
	return json(await navigator.credentials.create({ publicKey }));
}

function json(got: Credential | null): Answer {
	if (!(got instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
	return got.toJSON() as Answer;
}

/** Whether the person, or the browser for them, gave a passkey up: that is no failure. */
export const gaveUp = (e: unknown): boolean =>
	e instanceof DOMException && (e.name === "NotAllowedError" || e.name === "AbortError");

/** Asks the hub what to ask the browser with: as the only factor, or as the second. */
export const beginPasskey = async (ticket?: string, signal?: AbortSignal): Promise<unknown> =>
	(await data(api.POST("/api/v1/session/passkey/begin", { body: { ticket }, signal }))).options;

/** A name by which a person knows a passkey again: the system that it was made on. */
export function passkeyName(agent = globalThis.navigator.userAgent): string {
	const on = [
		[/iPhone/, "iPhone"],
		[/iPad/, "iPad"],
		[/Android/, "Android"],
		[/Mac OS X/, "Mac"],
		[/Windows/, "Windows"],
		[/CrOS/, "Chromebook"],
		[/Linux/, "Linux"],
	] as const;
	return on.find(([sign]) => sign.test(agent))?.[1] ?? "";
}
