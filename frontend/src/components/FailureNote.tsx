import { Alert, Button, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Failure } from "../lib/api";

/** Says what failed and what to do next. */
export function FailureNote(props: { error: Error; title?: string; onRetry?: () => unknown }) {
	const { error, title = "That did not work" } = props;
	const problem = error instanceof Failure ? error.problem : undefined;
	const details = JSON.stringify(
		{
			title,
			message: error.message,
			...problem,
			page: window.location.pathname,
			at: new Date().toISOString(),
		},
		null,
		2,
	);
	return (
		<Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
			<Text size="sm">{sentence(error.message)}</Text>
			{problem?.errors?.map((e) => (
				<Text size="sm" key={`${e.pointer}${e.problem}`}>
					<Code>{e.pointer || "input"}</Code> {e.problem}
					{e.remedy ? `: ${e.remedy}` : ""}
				</Text>
			))}
			{problem?.remedy && (
				<Text size="sm" mt={4}>
					{sentence(problem.remedy)}
				</Text>
			)}
			{problem?.reference && (
				<Text size="xs" c="dimmed" mt={4}>
					Reference <Code>{problem.reference}</Code>
				</Text>
			)}
			{props.onRetry && (
				<Group gap="xs" mt="sm">
					<Button size="compact-sm" variant="default" onClick={() => void props.onRetry?.()}>
						Try again
					</Button>
					<CopyButton value={details}>
						{({ copied, copy }) => (
							<Button size="compact-sm" variant="subtle" onClick={copy}>
								{copied ? "Copied" : "Copy what happened"}
							</Button>
						)}
					</CopyButton>
				</Group>
			)}
		</Alert>
	);
}

/** Problems are written as phrases; on the page they stand as sentences. */
function sentence(s: string): string {
	return s.charAt(0).toUpperCase() + s.slice(1) + (/[.!?]$/.test(s) ? "" : ".");
}
