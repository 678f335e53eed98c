import { Menu } from "@mantine/core";
import { useSay } from "../../lib/say";
import type { Paper } from "./api";
import { m } from "./messages";
import { usePaper } from "./usePaper";

const papers: Paper[] = ["letter", "a4"];

/** The choice of paper at the end of a menu that prints; it is remembered. */
export function PaperItems() {
	const say = useSay();
	const [paper, setPaper] = usePaper();
	return (
		<>
			<Menu.Divider />
			<Menu.Label>{say(m.paper)}</Menu.Label>
			<Menu.RadioGroup value={paper} onChange={(to) => setPaper(to as Paper)}>
				{papers.map((p) => (
					<Menu.RadioItem key={p} value={p}>
						{say(m[p])}
					</Menu.RadioItem>
				))}
			</Menu.RadioGroup>
		</>
	);
}
