import { Button, Group, Stack, Text } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, data } from "../../lib/api";
import { bytes } from "../../lib/bytes";
import { useSay } from "../../lib/say";
import { m } from "./messages";
import classes from "./welcome.module.css";

const enginesQuery = queryOptions({
	queryKey: ["engines"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/engines", { signal }))).items,
});

const adviceQuery = queryOptions({
	queryKey: ["models", "advice"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/models/advice", { signal }))).items,
	staleTime: Number.POSITIVE_INFINITY,
});

/** What words the findings: the built-in model, another here, one elsewhere, or none. */
export function Model() {
	const say = useSay();
	const engines = useQuery(enginesQuery).data;
	const best = useQuery(adviceQuery).data?.find((a) => a.best && a.fits);
	const here = engines?.find((e) => !e.away && e.state !== undefined);
	const rss = here?.state?.rss_bytes ?? 0;
	return (
		<Stack gap="xs" mt="md">
			<Text>{say(m.modelAbout)}</Text>
			<div className={classes.ways}>
				<Way
					title={say(m.small)}
					about={
						here?.state
							? [
									say(m.smallAbout, { title: here.title, state: here.state.condition }),
									rss > 0 ? say(m.memory, { size: bytes(rss, say) }) : "",
								]
									.filter(Boolean)
									.join(" ")
							: say(m.smallMissing)
					}
				/>
				{best && (
					<Way
						title={say(m.better)}
						about={say(m.betterAbout, {
							title: best.title,
							size: bytes(best.bytes, say),
							memory: bytes(best.memory_bytes, say),
						})}
					>
						<Button variant="default" size="compact-sm" component={Link} to="/models">
							{say(m.betterOpen)}
						</Button>
					</Way>
				)}
				<Way title={say(m.ollama)} about={say(m.ollamaAbout)}>
					<Providers />
				</Way>
				<Way title={say(m.cloud)} about={say(m.cloudAbout)}>
					<Providers />
				</Way>
				<Way title={say(m.none)} about={say(m.noneAbout)}>
					<Button
						variant="default"
						size="compact-sm"
						component={Link}
						to="/models"
						search={{ tab: "orders" } as never}
					>
						{say(m.orders)}
					</Button>
				</Way>
			</div>
		</Stack>
	);
}

function Providers() {
	const say = useSay();
	return (
		<Button
			variant="default"
			size="compact-sm"
			component={Link}
			to="/models"
			search={{ tab: "providers" } as never}
		>
			{say(m.providers)}
		</Button>
	);
}

function Way({ title, about, children }: { title: string; about: string; children?: ReactNode }) {
	return (
		<Group justify="space-between" gap="xs" className={classes.way}>
			<div className={classes.words}>
				<Text size="sm" fw={600}>
					{title}
				</Text>
				<Text size="sm" c="dimmed">
					{about}
				</Text>
			</div>
			{children}
		</Group>
	);
}
