import { Badge, Button, Card, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { bytes } from "../../lib/bytes";
import { useSay } from "../../lib/say";
import { sentence } from "../../lib/sentence";
import { usePull } from "./AddModel";
import { adviceQuery, registryQuery } from "./api";
import { m } from "./messages";
import classes from "./models.module.css";

/** Which models this machine carries, the best first. */
export function Advised({ here }: { here: string[] }) {
	const say = useSay();
	const advice = useQuery(adviceQuery);
	const registry = useQuery(registryQuery);
	const act = usePull();
	if (advice.error) return <FailureNote error={advice.error} onRetry={() => advice.refetch()} />;
	const fits = (advice.data ?? []).filter((a) => a.fits && !here.includes(a.name));
	const rest = (advice.data ?? []).filter((a) => !a.fits);
	if (fits.length === 0 && rest.length === 0) return null;
	const set = registry.data !== undefined && registry.data.value !== "";
	return (
		<Card withBorder component="section" aria-label={say(m.advice)} padding="md">
			<Title order={2} size="h4">
				{say(m.advice)}
			</Title>
			<Text size="sm" c="dimmed">
				{say(m.adviceAbout)}
			</Text>
			{act.error && <FailureNote error={act.error} title={say(m.notPulled)} />}
			<ul className={classes.advice} aria-label={say(m.advice)}>
				{fits.map((a) => (
					<li key={a.name}>
						<div>
							<Text size="sm" fw={550}>
								{a.title}{" "}
								{a.best && (
									<Badge size="sm" variant="light" tt="none">
										{say(m.best)}
									</Badge>
								)}
							</Text>
							<Text size="sm">{sentence(a.why)}</Text>
							<Text size="xs" c="dimmed">
								{[say(m.download, { size: bytes(a.bytes, say) }), a.licence].join(" · ")}
							</Text>
						</div>
						{set && (
							<Button
								size="compact-sm"
								variant="default"
								loading={act.isPending && act.variables === a.name}
								onClick={() => act.mutate(a.name)}
								aria-label={say(m.pullOf, { title: a.title })}
							>
								{say(m.pull)}
							</Button>
						)}
					</li>
				))}
			</ul>
			{rest.length > 0 && (
				<details>
					<summary>
						<Text span size="sm">
							{say(m.tooBig, { n: rest.length })}
						</Text>
					</summary>
					{rest.map((a) => (
						<Text key={a.name} size="sm" mt={4}>
							<b>{a.title}</b>: {sentence(a.why)}
						</Text>
					))}
				</details>
			)}
		</Card>
	);
}
