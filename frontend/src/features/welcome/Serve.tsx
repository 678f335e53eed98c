import { Anchor, Card, Group, Skeleton, Stack, Text } from "@mantine/core";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Once } from "../../components/access/Once";
import { FailureNote } from "../../components/FailureNote";
import { OwnerForm } from "../../components/OwnerForm";
import { api, data } from "../../lib/api";
import { useSay } from "../../lib/say";
import { sessionChanged, useSession } from "../../lib/session";
import { m } from "./messages";
import { Choice } from "./Units";

const lanQuery = queryOptions({
	queryKey: ["lan"],
	queryFn: ({ signal }) => data(api.GET("/api/v1/lan", { signal })),
});

/** This computer alone, or the network too: then somebody must own the hub first. */
export function Serve() {
	const say = useSay();
	const client = useQueryClient();
	const session = useSession();
	const lan = useQuery(lanQuery);
	const [chosen, choose] = useState<string>();
	if (lan.error) return <FailureNote error={lan.error} onRetry={() => lan.refetch()} />;
	if (!lan.data || !session) return <Skeleton h={140} mt="md" aria-label={say(m.mode)} />;
	const mode = chosen ?? (lan.data.on ? "network" : "alone");
	return (
		<Stack gap="md" mt="md">
			<Choice
				label={say(m.mode)}
				value={mode}
				data={[
					{ value: "alone", label: say(m.alone) },
					{ value: "network", label: say(m.network) },
				]}
				onChange={choose}
			/>
			<Text size="sm">{say(mode === "alone" ? m.aloneAbout : m.networkAbout)}</Text>
			{mode === "network" && (
				<>
					{session.setup.needed ? (
						<Card withBorder padding="md">
							<Text size="sm" fw={600} mb="sm">
								{say(m.owner)}
							</Text>
							<OwnerForm codeNeeded={session.setup.codeNeeded} onMade={() => sessionChanged(client)} />
						</Card>
					) : (
						<Text size="sm" c="var(--hub-good)">
							{say(m.ownerIs)}
						</Text>
					)}
					{lan.data.on ? (
						<Group align="flex-start" gap="md">
							<img
								src="/api/v1/lan/qr.svg"
								width={140}
								height={140}
								alt={say(m.lanQr)}
								style={{ background: "#fff", borderRadius: 8, padding: 6 }}
							/>
							<Stack gap="xs" flex="1 1 220px">
								<Text size="sm">{say(m.lanOn)}</Text>
								<Text fw={600} style={{ overflowWrap: "anywhere" }}>
									{lan.data.url}
								</Text>
								{lan.data.install !== "" && (
									<Text size="sm" style={{ overflowWrap: "anywhere" }}>
										{say.rich(m.lanInstall, {
											address: lan.data.install,
											link: (c) => (
												<Anchor href={lan.data.install} underline="always">
													{c}
												</Anchor>
											),
										})}
									</Text>
								)}
							</Stack>
						</Group>
					) : (
						<Stack gap="xs">
							<Text size="sm">{say(m.lanOff)}</Text>
							<Once label={say(m.lanCommand)} value="hubcap serve --lan :8443" />
						</Stack>
					)}
				</>
			)}
		</Stack>
	);
}
