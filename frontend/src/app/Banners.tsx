import { Anchor, Button, Container, Text } from "@mantine/core";
import { IconAlertTriangle, IconEye, IconLockOpen, IconShieldHalfFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { BackupWarnings } from "../features/backups/Warnings";
import { rolesQuery } from "../lib/people";
import { useSay } from "../lib/say";
import type { Session } from "../lib/session";
import { view } from "../lib/view";
import classes from "./Banners.module.css";
import { bannerText as m } from "./messages";

/** What stands at the top of every page until it is done: the view as another role, what is owed, the open way. */
export function Banners({ session }: { session: Session }) {
	const say = useSay();
	const owes = session.owes;
	return (
		<>
			{session.viewing && <Viewing role={session.viewing} />}
			{owes.length > 0 && (
				<Banner kind="owed" icon={<IconAlertTriangle size={18} aria-hidden />}>
					{say.rich(owes.includes("password") ? m.owesPassword : m.owesFactor, { link: toAccount })}
				</Banner>
			)}
			{owes.length === 0 && session.mfaFrom && (
				<Banner kind="soon" icon={<IconShieldHalfFilled size={18} aria-hidden />}>
					{say.rich(m.factorFrom, { day: say.day(session.mfaFrom), link: toAccount })}
				</Banner>
			)}
			{owes.length === 0 && (
				<BackupWarnings
					banner={(kind, icon, children) => (
						<Banner kind={kind} icon={icon}>
							{children}
						</Banner>
					)}
				/>
			)}
			{session.warnings.map((w) => (
				<Banner key={w.kind} kind="soon" icon={<IconLockOpen size={18} aria-hidden />}>
					{w.text}
				</Banner>
			))}
		</>
	);
}

const toAccount = (c: ReactNode) => (
	<Anchor component={Link} to="/account" underline="always" inherit c="inherit" fw={600}>
		{c}
	</Anchor>
);

function Viewing({ role }: { role: string }) {
	const say = useSay();
	const found = useQuery(rolesQuery).data?.find((r) => r.id === role);
	return (
		<Banner kind="view" icon={<IconEye size={18} aria-hidden />}>
			<span>{say(m.viewing, { role: found?.name ?? role })}</span>
			<Button size="compact-sm" variant="white" color="dark" onClick={() => view.set("")}>
				{say(m.endView)}
			</Button>
		</Banner>
	);
}

function Banner(props: { kind: "view" | "owed" | "soon"; icon: ReactNode; children: ReactNode }) {
	const say = useSay();
	return (
		<aside className={`${classes.banner} no-print`} data-kind={props.kind} aria-label={say(m.notice)}>
			<Container size="xl" px={{ base: "sm", sm: "md" }} className={classes.line}>
				<span className={classes.icon}>{props.icon}</span>
				<Text size="sm" component="div" className={classes.text}>
					{props.children}
				</Text>
			</Container>
		</aside>
	);
}
