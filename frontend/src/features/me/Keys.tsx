import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { myKeysQuery } from "./api";
import { m } from "./messages";
import { Part, Row } from "./Part";

/** One's own API keys have a page; here stands how many there are. */
export function Keys() {
	const say = useSay();
	const may = useMay("keys.own");
	const q = useQuery({ ...myKeysQuery, enabled: may });
	if (!may) return null;
	const n = q.data?.filter((k) => !k.ended).length ?? 0;
	return (
		<Part title={say(m.keys)}>
			<Row title={q.data ? say(m.keysCount, { n }) : say(m.reading)} about={say(m.keysAbout)}>
				<Button variant="default" component={Link} to="/keys">
					{say(m.keysOpen)}
				</Button>
			</Row>
		</Part>
	);
}
