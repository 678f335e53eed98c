import { Button } from "@mantine/core";
import { IconBarcode } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useSay } from "../../lib/say";
import { m } from "./messages";

/** To the scan lane: large on a phone, whose camera it is for. */
export function ScanLink() {
	const say = useSay();
	const icon = <IconBarcode size={18} aria-hidden />;
	return (
		<>
			<Button component={Link} to="/scan" size="lg" hiddenFrom="sm" leftSection={icon}>
				{say(m.scan)}
			</Button>
			<Button component={Link} to="/scan" variant="default" visibleFrom="sm" leftSection={icon}>
				{say(m.scan)}
			</Button>
		</>
	);
}
