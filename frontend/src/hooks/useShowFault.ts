import { type RefObject, useEffect, useRef } from "react";

/**
 * Brings what a write was refused for into view: the field that is wrong,
 * with the focus on it, or else the note. In a long form both may be far from
 * the button.
 */
export function useShowFault(error: Error | null): RefObject<HTMLFormElement | null> {
	const form = useRef<HTMLFormElement>(null);
	useEffect(() => {
		if (!error) return;
		const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
		field?.focus({ preventScroll: true });
		(field ?? form.current?.querySelector('[role="alert"]'))?.scrollIntoView?.({ block: "center" });
	}, [error]);
	return form;
}
