import { Code, Skeleton, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { FailureNote } from "../../components/FailureNote";
import { type Say, useSay } from "../../lib/say";
import type { HubSetting } from "./api";
import { m } from "./messages";
import { SettingRow } from "./SettingRow";

/** The hub's own settings, read-only, with where each comes from. */
export function HubSettings(props: { items?: HubSetting[]; error: Error | null; here?: string }) {
	const say = useSay();
	if (props.error) return <FailureNote error={props.error} title={say(m.hubFailed)} />;
	if (!props.items) return <Skeleton height={200} aria-label={say(m.reading)} />;
	return (
		<>
			{props.items.map((s) => (
				<SettingRow
					key={s.key}
					id={`hub-${s.key}`}
					title={s.key}
					mono
					about={s.about}
					here={props.here === `hub-${s.key}`}
					facts={[
						say(m.standard, { value: s.default || say(m.empty) }),
						say(m.restart),
						say(m.setBy, { env: s.env, flag: s.flag }),
					]}
					control={
						<>
							<Code>{s.value || say(m.empty)}</Code>
							<Text size="xs" c="dimmed">
								{locked(s) && <IconLock size={12} aria-hidden />} {originOf(s, say)}
							</Text>
						</>
					}
				/>
			))}
		</>
	);
}

const locked = (s: HubSetting) => s.origin === "environment" || s.origin === "flag";

function originOf(s: HubSetting, say: Say): string {
	switch (s.origin) {
		case "environment":
			return say(m.byEnvironment, { name: s.env });
		case "flag":
			return say(m.byFlag, { name: s.flag });
		case "file":
			return say(m.byFile, { file: s.file });
		default:
			return say(m.byDefault);
	}
}
