import { Button, Code, CopyButton, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useSay } from "../../lib/say";
import classes from "./access.module.css";
import { m } from "./messages";

/** A text to be copied, such as a key that is shown this once. */
export function Once({ label, value }: { label: string; value: string }) {
	const say = useSay();
	return (
		<div>
			<Text size="sm" fw={600} mb={4}>
				{label}
			</Text>
			<div className={classes.once}>
				<Code block tabIndex={0} aria-label={label}>
					{value}
				</Code>
				<CopyButton value={value}>
					{({ copied, copy }) => (
						<Button
							variant="default"
							size="compact-sm"
							onClick={copy}
							leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
							aria-label={say(m.copyWhat, { what: label })}
						>
							{say(copied ? m.copied : m.copy)}
						</Button>
					)}
				</CopyButton>
			</div>
		</div>
	);
}
