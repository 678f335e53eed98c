/** Where a person was going when they left for a provider to sign in there. */
const key = "hubcap-wanted";

export function keepWanted(): void {
	const { pathname, search, hash } = window.location;
	sessionStorage.setItem(key, pathname + search + hash);
}

/** The way that was kept, once. */
export function takeWanted(): string | undefined {
	const kept = sessionStorage.getItem(key) ?? undefined;
	sessionStorage.removeItem(key);
	return kept !== "/" ? kept : undefined;
}
