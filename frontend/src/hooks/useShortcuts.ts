import { useEffect, useRef } from "react";
import { type Action, keymap, type Shortcut } from "../lib/keymap";
import { usePreferences } from "../lib/queries";

/** What an action does; false says that it was not meant. */
type Handler = (e: KeyboardEvent) => unknown;

/** How long the second key of two may take, in milliseconds. */
const togetherMS = 1_500;

/**
 * Does what the keymap says for the actions given. Single keys never fire
 * while a person types, holds another key, or has a dialog or menu open, and
 * not at all where they are switched off (WCAG 2.1.4).
 */
export function useShortcuts(handlers: Partial<Record<Action, Handler>>): void {
	const { shortcuts } = usePreferences();
	const now = useRef({ handlers, shortcuts });
	now.current = { handlers, shortcuts };
	useEffect(() => {
		let first = { key: "", at: 0 };
		const meant = (e: KeyboardEvent, { keys }: Shortcut) => {
			const [a, b] = keys;
			const soon = e.timeStamp - first.at < togetherMS;
			// After a g, a j is the second of two, whichever page would take it alone.
			if (b === undefined) return a === e.key && !(soon && isSecond(first.key, e.key));
			return b === e.key && first.key === a && soon;
		};
		const press = (e: KeyboardEvent) => {
			if (e.defaultPrevented) return;
			const { handlers, shortcuts } = now.current;
			const held = e.ctrlKey || e.metaKey || e.altKey;
			if (held ? !isMod(e) : !shortcuts || isTyping(e.target) || isCovered()) return;
			for (const [action, handle] of Object.entries(handlers)) {
				const shortcut = keymap[action as Action];
				if (held ? !shortcut.keys.includes(`Mod+${e.key.toLowerCase()}`) : !meant(e, shortcut)) continue;
				if (handle(e) === false) continue;
				e.preventDefault();
				break;
			}
			first = { key: e.key, at: e.timeStamp };
		};
		document.addEventListener("keydown", press);
		return () => document.removeEventListener("keydown", press);
	}, []);
}

const isSecond = (first: string, key: string) =>
	Object.values(keymap).some(({ keys }) => keys.length === 2 && keys[0] === first && keys[1] === key);

const isMod = (e: KeyboardEvent) => (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey;

const isCovered = () => document.querySelector('[role="dialog"], [role="menu"]') !== null;

function isTyping(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement &&
		(target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) &&
		!(target instanceof HTMLInputElement && ["checkbox", "radio", "button"].includes(target.type))
	);
}
