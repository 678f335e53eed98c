import { Anchor, CloseButton, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { backupsQuery } from "./api";
import { m } from "./messages";
import { keyOf, warnings } from "./warnings";
import { told } from "./words";

const store = "hubcap-backups-hidden";
const read = (): ReadonlySet<string> =>
	new Set(JSON.parse(globalThis.sessionStorage.getItem(store) ?? "[]") as string[]);

/** What is wrong with the backups, on every page but their own; who may not see them is not told. */
export function BackupWarnings(props: {
	banner: (kind: "owed" | "soon", icon: ReactNode, children: ReactNode) => ReactNode;
}) {
	const say = useSay();
	const may = useMay("hub.manage");
	const path = useRouterState({ select: (s) => s.location.pathname });
	const [hidden, setHidden] = useState(read);
	const q = useQuery({ ...backupsQuery, enabled: may, refetchInterval: 60_000 });
	const list = warnings(q.data ?? [], hidden);
	const [first] = list;
	if (!may || path === "/backups" || !first) return null;
	const hide = () => {
		const all = new Set([...hidden, ...list.map(keyOf)]);
		globalThis.sessionStorage.setItem(store, JSON.stringify([...all]));
		setHidden(all);
	};
	const Icon = first.severe ? IconAlertTriangle : IconInfoCircle;
	return props.banner(
		first.severe ? "owed" : "soon",
		<Icon size={18} aria-hidden />,
		<>
			{say.rich(m.bannerLine, {
				what: told(first.what, first.name),
				link: (c: ReactNode) => (
					<Anchor component={Link} to="/backups" underline="always" inherit c="inherit" fw={600}>
						{c}
					</Anchor>
				),
			})}
			{list.length > 1 && (
				<Text span size="sm">
					{" "}
					{say(m.bannerSome, { n: list.length - 1 })}
				</Text>
			)}
			{!first.severe && (
				<CloseButton
					size={26}
					variant="transparent"
					c="inherit"
					onClick={hide}
					aria-label={say(m.bannerDismiss)}
					style={{ float: "inline-end" }}
				/>
			)}
		</>,
	);
}
