import { Alert, Button, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Failure } from "../lib/api";
import { useSay } from "../lib/say";
import { sentence } from "../lib/sentence";
import { m } from "./messages";

/** Says what failed and what to do next. */
export function FailureNote(props: { error: Error; title?: string; onRetry?: () => unknown }) {
	const say = useSay();
	const { error, title = say(m.failed) } = props;
	const problem = error instanceof Failure ? error.problem : undefined;
	// What is not an answer of the hub's is worded here.
	const away = problem?.status === 0;
	const message = away ? say(m.unreachable) : error.message;
	const remedy = away ? say(m.unreachableRemedy) : problem?.remedy;
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
			<Text size="sm">{sentence(message)}</Text>
			{problem?.errors?.map((e) => (
				<Text size="sm" key={`${e.pointer}${e.problem}`}>
					<Code>{e.pointer || say(m.input)}</Code> {e.problem}
					{e.remedy ? `: ${e.remedy}` : ""}
				</Text>
			))}
			{remedy && (
				<Text size="sm" mt={4}>
					{sentence(remedy)}
				</Text>
			)}
			{problem?.reference && (
				<Text size="xs" c="dimmed" mt={4}>
					{say.rich(m.reference, { reference: problem.reference, code: (c) => <Code>{c}</Code> })}
				</Text>
			)}
			{props.onRetry && (
				<Group gap="xs" mt="sm">
					<Button size="compact-sm" variant="default" onClick={() => void props.onRetry?.()}>
						{say(m.tryAgain)}
					</Button>
					<CopyButton value={details}>
						{({ copied, copy }) => (
							<Button size="compact-sm" variant="subtle" onClick={copy}>
								{say(copied ? m.copied : m.copyWhat)}
							</Button>
						)}
					</CopyButton>
				</Group>
			)}
		</Alert>
	);
}
