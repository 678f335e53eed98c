import { useEffect, useRef } from "react";

/** What a key does; false says that it was not meant. */
type Handler = (e: KeyboardEvent) => unknown;

let enabled = true;

/** Single keys can be turned off (WCAG 2.1.4), for people who dictate. */
export const shortcuts = {
	get enabled(): boolean {
		return enabled;
	},
	set enabled(on: boolean) {
		enabled = on;
	},
};

/**
 * Single-key shortcuts. They never fire while a person types, holds another
 * key, or has a dialog or menu open.
 */
export function useShortcuts(keys: Record<string, Handler>): void {
	const current = useRef(keys);
	current.current = keys;
	useEffect(() => {
		const press = (e: KeyboardEvent) => {
			if (!enabled || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
			if (isTyping(e.target) || document.querySelector('[role="dialog"], [role="menu"]')) return;
			if (current.current[e.key]?.(e) === false) return;
			if (current.current[e.key]) e.preventDefault();
		};
		document.addEventListener("keydown", press);
		return () => document.removeEventListener("keydown", press);
	}, []);
}

function isTyping(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement &&
		(target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
	);
}
