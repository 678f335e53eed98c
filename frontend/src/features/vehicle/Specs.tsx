import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../components/FailureNote";
import { SpecsTable } from "../../components/SpecsTable";
import { specsQuery } from "./api";

export function Specs({ id }: { id: string }) {
	const q = useQuery(specsQuery(id));
	if (q.error) return <FailureNote error={q.error} title="The specification could not be decoded" />;
	if (!q.data) return <Skeleton height={400} aria-label="Decoding" />;
	return (
		<Stack gap="sm">
			<Text size="sm" c="dimmed">
				Decoded from the VIN with NHTSA vPIC release {q.data.release.replace("_", "-")}. A field that is not
				listed is not reported, which does not mean No.
				{!q.data.trimEncoded && " The trim is not encoded in this VIN."}
			</Text>
			<SpecsTable values={q.data.values} />
		</Stack>
	);
}
