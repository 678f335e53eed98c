import { Stack, Text, TextInput } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Once } from "../../components/access/Once";
import { api, data } from "../../lib/api";
import { useSay } from "../../lib/say";
import { restoreSteps } from "./command";
import { m } from "./messages";
import { Choice } from "./Units";

const dataQuery = queryOptions({
	queryKey: ["settings"],
	queryFn: async ({ signal }) => (await data(api.GET("/api/v1/settings", { signal }))).items,
	select: (all) => all.find((s) => s.key === "data")?.value,
	staleTime: Number.POSITIVE_INFINITY,
});

/**
 * A hub of one's own, or the one that was lost. A running hub can't put another
 * store in the place of its own, so what does it is said, ready to be copied.
 */
export function Begin({ children }: { children: ReactNode }) {
	const say = useSay();
	const [way, choose] = useState<string>("new");
	return (
		<Stack gap="md" mt="md">
			<Choice
				label={say(m.begin)}
				value={way}
				data={[
					{ value: "new", label: say(m.beginNew) },
					{ value: "restore", label: say(m.beginRestore) },
				]}
				onChange={choose}
			/>
			{way === "new" ? children : <Commands />}
		</Stack>
	);
}

function Commands() {
	const say = useSay();
	const folder = useQuery(dataQuery).data;
	const [kind, setKind] = useState<string>("s3");
	const [endpoint, setEndpoint] = useState("");
	const [bucket, setBucket] = useState("");
	const [path, setPath] = useState("");
	const place = kind === "s3" ? { kind: "s3" as const, endpoint, bucket } : { kind: "folder" as const, path };
	const steps = restoreSteps(place, folder || "./data");
	return (
		<Stack gap="sm">
			<Text size="sm">{say(m.restoreAbout)}</Text>
			<Choice
				label={say(m.restoreWhere)}
				value={kind}
				data={[
					{ value: "s3", label: say(m.restoreS3) },
					{ value: "folder", label: say(m.restoreFolder) },
				]}
				onChange={setKind}
			/>
			{kind === "s3" ? (
				<>
					<TextInput
						label={say(m.restoreEndpoint)}
						placeholder={say(m.restoreEndpointHint)}
						value={endpoint}
						onChange={(e) => setEndpoint(e.currentTarget.value)}
						spellCheck={false}
					/>
					<TextInput
						label={say(m.restoreBucket)}
						placeholder={say(m.restoreBucketHint)}
						value={bucket}
						onChange={(e) => setBucket(e.currentTarget.value)}
						spellCheck={false}
					/>
				</>
			) : (
				<TextInput
					label={say(m.restorePath)}
					placeholder={say(m.restorePathHint)}
					value={path}
					onChange={(e) => setPath(e.currentTarget.value)}
					spellCheck={false}
				/>
			)}
			<Text size="sm">{say(m.restoreStop)}</Text>
			{kind === "s3" && <Once label={say(m.restoreKeys)} value={steps.keys} />}
			<Once label={say(m.restoreRun)} value={steps.restore} />
			<Text size="xs" c="dimmed">
				{say(m.restoreAsks)}
			</Text>
			<Once label={say(m.restoreSwitch)} value={steps.into} />
			<Once label={say(m.restoreStart)} value={steps.serve} />
			<Text size="sm">{say(m.restoreThen)}</Text>
		</Stack>
	);
}
