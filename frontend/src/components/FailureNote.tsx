import { Alert, Code, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Failure } from "../lib/api";

/** Says what failed and what to do next. */
export function FailureNote({ error, title = "That did not work" }: { error: Error; title?: string }) {
	const problem = error instanceof Failure ? error.problem : undefined;
	return (
		<Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
			<Text size="sm">{error.message}</Text>
			{problem?.errors?.map((e) => (
				<Text size="sm" key={`${e.pointer}${e.problem}`}>
					<Code>{e.pointer || "input"}</Code> {e.problem}
					{e.remedy ? `: ${e.remedy}` : ""}
				</Text>
			))}
			{problem?.remedy && (
				<Text size="sm" mt={4}>
					{problem.remedy}
				</Text>
			)}
			{problem?.reference && (
				<Text size="xs" c="dimmed" mt={4}>
					Reference <Code>{problem.reference}</Code>
				</Text>
			)}
		</Alert>
	);
}
