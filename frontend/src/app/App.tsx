import { MantineProvider, MantineThemeProvider, Notification } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { useSay } from "../lib/say";
import { m } from "./messages";
import { createQueryClient } from "./queryClient";
import { createAppRouter } from "./router";
import { Speech } from "./Speech";
import { colorSchemeManager, cssVariables, theme } from "./theme";

export function App() {
	const [client] = useState(createQueryClient);
	const [router] = useState(() => createAppRouter(client));
	return (
		<MantineProvider
			theme={theme}
			cssVariablesResolver={cssVariables}
			defaultColorScheme="auto"
			colorSchemeManager={colorSchemeManager}
		>
			<QueryClientProvider client={client}>
				<Speech>
					<Toasts />
					<RouterProvider router={router} />
				</Speech>
			</QueryClientProvider>
		</MantineProvider>
	);
}

/** Toasts, whose button to close has a name in the reader's language. */
function Toasts() {
	const close = useSay()(m.close);
	const named = Notification.extend({ defaultProps: { closeButtonProps: { "aria-label": close } } });
	return (
		<MantineThemeProvider theme={{ components: { Notification: named } }}>
			<Notifications position="bottom-center" autoClose={10_000} limit={4} />
		</MantineThemeProvider>
	);
}
