import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { AddModel } from "./AddModel";
import { Advised } from "./Advised";
import { enginesQuery, packsQuery } from "./api";
import { ModelCard } from "./ModelCard";
import { m } from "./messages";
import classes from "./models.module.css";
import { packName } from "./words";

/** Every model: those whose file is here, those that are missing, those of providers. */
export function Models() {
	const say = useSay();
	const engines = useQuery(enginesQuery);
	const packs = useQuery(packsQuery);
	const error = engines.error ?? packs.error;
	if (error)
		return (
			<FailureNote
				error={error}
				title={say(m.failed)}
				onRetry={() => Promise.all([engines.refetch(), packs.refetch()])}
			/>
		);
	if (!engines.data || !packs.data) return <Skeleton height={360} aria-label={say(m.loading)} />;
	const remote = engines.data.filter((e) => packName(e) === undefined);
	return (
		<Stack gap="xl">
			{packs.data.length + remote.length === 0 && (
				<Stack gap={4}>
					<Title order={2} size="h4">
						{say(m.none)}
					</Title>
					<Text>{say(m.noneAbout)}</Text>
				</Stack>
			)}
			<div className={classes.cards}>
				{packs.data.map((p) => (
					<ModelCard key={p.name} pack={p} engine={engines.data.find((e) => packName(e) === p.name)} />
				))}
				{remote.map((e) => (
					<ModelCard key={e.ref} engine={e} />
				))}
			</div>
			<AddModel />
			<Advised here={packs.data.map((p) => p.name)} />
		</Stack>
	);
}
