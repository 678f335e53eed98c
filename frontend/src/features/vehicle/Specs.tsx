import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { SpecsTable } from "../../components/SpecsTable";
import { useSay } from "../../lib/say";
import { specsQuery } from "./api";
import { m } from "./messages";

export function Specs({ id }: { id: string }) {
	const say = useSay();
	const q = useQuery(specsQuery(id));
	if (q.error) return <FailureNote error={q.error} title={say(m.specsFailed)} />;
	if (!q.data) return <Skeleton height={400} aria-label={say(m.decoding)} />;
	return (
		<Stack gap="sm">
			<Text size="sm" c="dimmed">
				{say(m.specsAbout, { release: q.data.release.replace("_", "-") })}
				{!q.data.trimEncoded && ` ${say(m.specsNoTrim)}`}
			</Text>
			<SpecsTable values={q.data.values} />
		</Stack>
	);
}
