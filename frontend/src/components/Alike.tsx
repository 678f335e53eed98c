import { Text } from "@mantine/core";
import { IconWaveSine } from "@tabler/icons-react";
import { useSay } from "../lib/say";
import classes from "./Alike.module.css";
import { m } from "./messages";

/** Marks a text that was found by what it means, not by its words. */
export function Alike({ percent }: { percent: number }) {
	const say = useSay();
	return (
		<Text span size="xs" className={classes.mark} title={say(m.alikeAbout)}>
			<IconWaveSine size={14} aria-hidden />
			{say(m.alike, { percent })}
		</Text>
	);
}
