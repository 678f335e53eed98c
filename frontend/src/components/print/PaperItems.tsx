import { Menu } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
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
			{papers.map((p) => (
				<Menu.Item
					key={p}
					role="menuitemradio"
					aria-checked={p === paper}
					closeMenuOnClick={false}
					leftSection={
						<IconCheck size={16} aria-hidden style={{ visibility: p === paper ? "visible" : "hidden" }} />
					}
					onClick={() => setPaper(p)}
				>
					{say(m[p])}
				</Menu.Item>
			))}
		</>
	);
}
