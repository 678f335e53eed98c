import { useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { usePreferences } from "../lib/queries";

/** Follows the theme that the person chose. */
export function useTheme() {
	const { theme } = usePreferences();
	const { setColorScheme } = useMantineColorScheme();
	useEffect(() => setColorScheme(theme === "system" ? "auto" : theme), [theme, setColorScheme]);
}
