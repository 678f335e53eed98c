import { useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { usePreferences } from "../lib/queries";

/** Follows the theme that the person chose. */
export function useTheme() {
	const { theme } = usePreferences();
	const { setColorScheme } = useMantineColorScheme();
	useEffect(() => setColorScheme(theme === "system" ? "auto" : theme), [theme, setColorScheme]);
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
