import {
	type CSSVariablesResolver,
	createTheme,
	type MantineColorSchemeManager,
	type MantineColorsTuple,
} from "@mantine/core";

const petrol: MantineColorsTuple = [
	"#e8f6f8",
	"#d3eaee",
	"#a5d5dd",
	"#73bfcb",
	"#4cacbc",
	"#33a1b3",
	"#229bae",
	"#0f8799",
	"#0b7285",
	"#005b6b",
];

export const theme = createTheme({
	primaryColor: "petrol",
	primaryShade: 8,
	colors: { petrol },
	fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
	fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
	defaultRadius: "md",
	autoContrast: true,
	respectReducedMotion: true,
	headings: { fontWeight: "650" },
});

/**
 * The theme is a preference, and preferences live on the server: nothing is
 * kept in the browser's own storage, which a new port would forget.
 */
export const colorSchemeManager: MantineColorSchemeManager = {
	get: (fallback) => fallback,
	set: () => {},
	subscribe: () => {},
	unsubscribe: () => {},
	clear: () => {},
};

/** Mantine's own dimmed text is too faint for 4.5:1 on the page's background. */
export const cssVariables: CSSVariablesResolver = (t) => ({
	variables: {},
	light: {
		"--mantine-color-dimmed": t.colors.gray[7],
		"--mantine-color-placeholder": t.colors.gray[7],
		"--mantine-color-orange-light-color": "#8a3400",
		"--mantine-color-green-light-color": "#1b5e27",
		"--mantine-color-red-light-color": "#a61e1e",
		// What is wrong with a field: Mantine's own red is too faint for its text.
		"--mantine-color-error": "#b02020",
	},
	dark: {
		"--mantine-color-dimmed": t.colors.dark[1],
		"--mantine-color-placeholder": t.colors.dark[2],
		"--mantine-color-error": t.colors.red[4],
		"--mantine-color-gray-light": t.colors.dark[5],
		"--mantine-color-gray-light-color": t.colors.dark[0],
	},
});
