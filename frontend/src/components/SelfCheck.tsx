import { Group, List, Loader, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, data } from "../lib/api";
import { useSay } from "../lib/say";
import { FailureNote } from "./FailureNote";
import { m } from "./messages";

const selfCheckQuery = queryOptions({
	queryKey: ["selfcheck"],
	queryFn: () => data(api.GET("/api/v1/selfcheck")),
	staleTime: Number.POSITIVE_INFINITY,
});

/** The VINs whose answers are known, decoded again here and now. */
export function SelfCheck() {
	const say = useSay();
	const q = useQuery(selfCheckQuery);
	if (q.error) return <FailureNote error={q.error} title={say(m.checkFailed)} />;
	if (!q.data) return <Loader mt="md" aria-label={say(m.checking)} />;
	const { checks, passed, release, tookUs } = q.data;
	const ok = passed === checks?.length;
	return (
		<Stack gap="sm" mt="md">
			<Group gap="sm">
				<ThemeIcon color={ok ? "green" : "red"} radius="xl">
					{ok ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
				</ThemeIcon>
				<Text fw={600}>
					{ok
						? say(m.checkPassed, { release: release.replace("_", "-"), n: passed })
						: say(m.checkBroken, { n: passed, all: checks?.length })}
				</Text>
			</Group>
			<Text size="sm" c="dimmed">
				{say(m.checkTook, { ms: say.number(tookUs / 1000, 1) })}
			</Text>
			<List size="sm" spacing={2} listStyleType="none">
				{checks?.map((c) => (
					<List.Item key={c.vin}>
						<Text span c={c.differences?.length ? "var(--hub-bad)" : "var(--hub-good)"} aria-hidden>
							{c.differences?.length ? "✗" : "✓"}
						</Text>{" "}
						<code>{c.vin}</code>{" "}
						<Text span c="dimmed" size="sm">
							{c.title === c.vin ? say(m.notRegistered) : c.title}
						</Text>
					</List.Item>
				))}
			</List>
		</Stack>
	);
}
