import { useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { usePreferences } from "../lib/queries";

/** Follows the theme that the person chose. */
export function useTheme() {
	const { theme, highContrast } = usePreferences();
	const { setColorScheme } = useMantineColorScheme();
	useEffect(() => setColorScheme(theme === "system" ? "auto" : theme), [theme, setColorScheme]);
	useEffect(() => {
		// A system that asks for more contrast gets it, whatever was chosen here.
		const more = window.matchMedia("(prefers-contrast: more)");
		const turn = () =>
			document.documentElement.toggleAttribute("data-high-contrast", highContrast || more.matches);
		turn();
		more.addEventListener("change", turn);
		return () => more.removeEventListener("change", turn);
	}, [highContrast]);
	usePaper();
}

/** Paper is light, whatever the screen is. */
function usePaper() {
	useEffect(() => {
		const paper = window.matchMedia("print");
		const root = document.documentElement;
		let before: string | null = null;
		const turn = () => {
			const name = "data-mantine-color-scheme";
			if (paper.matches) {
				before = root.getAttribute(name);
				root.setAttribute(name, "light");
			} else if (before) {
				root.setAttribute(name, before);
			}
		};
		paper.addEventListener("change", turn);
		return () => paper.removeEventListener("change", turn);
	}, []);
}
