import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
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
				<Notifications position="bottom-center" autoClose={10_000} limit={4} />
				<Speech>
					<RouterProvider router={router} />
				</Speech>
			</QueryClientProvider>
		</MantineProvider>
	);
}
