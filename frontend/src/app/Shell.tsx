import {
	ActionIcon,
	Alert,
	AppShell,
	Button,
	Container,
	Group,
	Kbd,
	Menu,
	Text,
	UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
	IconAdjustments,
	IconBrain,
	IconCar,
	IconCloudLock,
	IconCommand,
	IconDeviceDesktop,
	IconHistory,
	IconKeyboard,
	IconListCheck,
	IconMoon,
	IconScan,
	IconSettings,
	IconSun,
	IconTrash,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { Fragment, type ReactNode, useEffect, useRef } from "react";
import { DoorPage } from "../features/door/DoorPage";
import { JobsTray } from "../features/jobs/JobsTray";
import { forgetOwner } from "../features/scan/owner";
import { useLive, useSessionKept } from "../hooks/useLive";
import { useShortcuts } from "../hooks/useShortcuts";
import { keymap, keyName } from "../lib/keymap";
import { printWhenAsked } from "../lib/print";
import { usePreferences, useSetPreferences } from "../lib/queries";
import { useReach } from "../lib/reach";
import { useSay } from "../lib/say";
import { may, type Session, sessionQuery, useSession, who } from "../lib/session";
import { useUpdate } from "../lib/update";
import { takeWanted } from "../lib/wanted";
import { AccountMenu } from "./AccountMenu";
import { Banners } from "./Banners";
import { Confirm } from "./Confirm";
import { ErrorPage } from "./ErrorPage";
import { ModelState } from "./ModelState";
import { m } from "./messages";
import { Palette } from "./palette/Palette";
import { Away, Stranger } from "./Reach";
import { SearchBox } from "./SearchBox";
import classes from "./Shell.module.css";
import { Shortcuts } from "./Shortcuts";
import { useTheme } from "./useTheme";

/** The paths of the door: they stand alone, without the frame of the app. */
const doors = ["/invite", "/sign-in"];
/** The paths of what works on while the hub is away, even where nobody has answered yet who this is. */
const alone = ["/scan"];

export function Shell() {
	useTheme();
	useSessionKept();
	const reached = useReach();
	const session = useQuery(sessionQuery);
	const path = useRouterState({ select: (s) => s.location.pathname });
	const owes = (session.data?.owes.length ?? 0) > 0;
	const unasked = reached === "here" && !session.data;
	const { refetch } = session;
	useEffect(() => {
		// Something else was answered first: who this is was given up while the hub was away.
		if (unasked) void refetch({ cancelRefetch: false });
	}, [unasked, refetch]);
	const out = session.data?.signedIn === false;
	useEffect(() => {
		// Who signed out leaves no cars to be seen by the next one who holds the phone.
		if (out) forgetOwner();
	}, [out]);
	useLive(session.data?.signedIn && !owes ? who(session.data) : "");
	useOthers(session.data, path, owes);
	if (reached === "stranger") return <Stranger />;
	if (session.data && doors.includes(path)) return <Outlet />;
	if (session.data && !session.data.signedIn) {
		return (
			<>
				{reached === "away" && <Away />}
				<DoorPage session={session.data} />
			</>
		);
	}
	// Before the first answer there is nothing worth showing of a page.
	if (!session.data && reached === "here") {
		return session.error ? <ErrorPage error={session.error} reset={() => void session.refetch()} /> : null;
	}
	return <Frame session={session.data} away={reached === "away"} works={alone.includes(path)} />;
}

/** Goes on where the person wanted to once they are let in, and to their account where something is owed. */
function useOthers(session: Session | undefined, path: string, owes: boolean) {
	const router = useRouter();
	const now = who(session);
	const before = useRef("");
	useEffect(() => {
		if (now === "" || before.current === now) return;
		// What a page asked for before it opened was asked by somebody else.
		if (before.current !== "") void router.invalidate();
		before.current = now;
		if (!session?.signedIn || window.location.pathname !== "/") return;
		const wanted = takeWanted();
		if (wanted) void router.navigate({ href: wanted, replace: true });
	}, [now, router, session?.signedIn]);
	useEffect(() => {
		if (owes && path !== "/account" && !doors.includes(path)) void router.navigate({ to: "/account" });
	}, [owes, path, router]);
}

function Frame({ session, away, works }: { session: Session | undefined; away: boolean; works: boolean }) {
	const say = useSay();
	const navigate = useNavigate();
	useEffect(printWhenAsked, []);
	const [keys, sheet] = useDisclosure(false);
	const [finding, palette] = useDisclosure(false);
	const update = useUpdate();
	const decode = async () => {
		await navigate({ to: "/" });
		document.getElementById("vin")?.focus();
	};
	useShortcuts({
		palette: () => {
			// Over another dialog it would lose what is typed there.
			if (!finding && document.activeElement?.closest('[role="dialog"]')) return false;
			palette.toggle();
		},
		search: () => document.getElementById("search")?.focus(),
		decode,
		create: decode,
		vehicles: () => void navigate({ to: "/vehicles" }),
		lists: () => may(session, "vehicles.write") && navigate({ to: "/lists" }),
		settings: () => void navigate({ to: "/settings" }),
		models: () => void navigate({ to: "/models" }),
		backups: () => may(session, "hub.manage") && navigate({ to: "/backups" }),
		activity: () => void navigate({ to: "/activity" }),
		trash: () => void navigate({ to: "/trash" }),
		people: () => may(session, "users.manage") && navigate({ to: "/people" }),
		help: sheet.open,
	});
	return (
		<AppShell header={{ height: { base: 104, sm: 60 } }} padding={0}>
			<a href="#main" className="skip">
				{say(m.skip)}
			</a>
			<AppShell.Header>
				<Container size="xl" h="100%" px={{ base: "sm", sm: "md" }}>
					<div className={classes.header}>
						<Group gap="xs" wrap="nowrap" className={classes.brand}>
							<UnstyledButton component={Link} to="/" className={classes.logo} aria-label={say(m.home)}>
								<img src="/icon.svg" width={28} height={28} alt="" />
								<Text fw={700} size="lg" component="span">
									{say(m.name)}
								</Text>
							</UnstyledButton>
							<nav aria-label={say(m.main)} className={classes.nav}>
								<NavLink to="/" icon={<IconScan size={18} aria-hidden />}>
									{say(m.decode)}
								</NavLink>
								{may(session, "vehicles.write") && (
									<NavLink to="/lists" icon={<IconListCheck size={18} aria-hidden />}>
										{say(m.lists)}
									</NavLink>
								)}
								<NavLink to="/vehicles" icon={<IconCar size={18} aria-hidden />}>
									{say(m.vehicles)}
								</NavLink>
							</nav>
						</Group>
						<div className={classes.search}>
							<SearchBox />
						</div>
						<Group gap={4} wrap="nowrap" className={classes.tools}>
							<ActionIcon
								variant="subtle"
								size="lg"
								onClick={palette.open}
								aria-label={say(m.palette)}
								aria-keyshortcuts="Control+K Meta+K"
								title={keyName("Mod+k")}
							>
								<IconCommand size={20} aria-hidden />
							</ActionIcon>
							<ModelState />
							<PreferencesMenu onKeys={sheet.open} />
							{session && <AccountMenu session={session} />}
						</Group>
					</div>
				</Container>
			</AppShell.Header>
			<AppShell.Main id="main">
				{session && <Banners session={session} />}
				{update && <Update onReload={update} />}
				{away && <Away whole={!session && !works} />}
				{!session && works && <Outlet />}
				{session && (
					// What another person was shown, and had typed, goes with them.
					<Fragment key={who(session)}>
						<Outlet />
					</Fragment>
				)}
				<Shortcuts opened={keys} onClose={sheet.close} />
				{session && <JobsTray />}
				<Palette opened={finding} onClose={palette.close} onKeys={sheet.open} />
				<Confirm />
			</AppShell.Main>
		</AppShell>
	);
}

/** A newer version has come; the person says when. */
function Update({ onReload }: { onReload: () => void }) {
	const say = useSay();
	return (
		<Container size="xl" pt="sm" className="no-print">
			<Alert color="petrol" p="xs" px="md" role="status">
				<Group justify="space-between" gap="sm">
					<Text size="sm">{say(m.newVersion)}</Text>
					<Button size="compact-sm" variant="default" onClick={onReload}>
						{say(m.reload)}
					</Button>
				</Group>
			</Alert>
		</Container>
	);
}

function NavLink({
	to,
	icon,
	children,
}: {
	to: "/" | "/lists" | "/vehicles";
	icon: ReactNode;
	children: string;
}) {
	const path = useRouterState({ select: (s) => s.location.pathname });
	const here = to === "/" ? path === "/" : path.startsWith(to);
	return (
		<Button
			component={Link}
			to={to}
			variant={here ? "light" : "subtle"}
			size="compact-md"
			leftSection={icon}
			aria-current={here ? "page" : undefined}
		>
			<span className={classes.word}>{children}</span>
		</Button>
	);
}

function PreferencesMenu({ onKeys }: { onKeys: () => void }) {
	const say = useSay();
	const p = usePreferences();
	const set = useSetPreferences();
	const themes = [
		{ value: "light", label: m.light, icon: <IconSun size={16} aria-hidden /> },
		{ value: "dark", label: m.dark, icon: <IconMoon size={16} aria-hidden /> },
		{ value: "system", label: m.system, icon: <IconDeviceDesktop size={16} aria-hidden /> },
	] as const;
	const places = [
		{
			to: "/models",
			needs: "models.manage",
			label: m.models,
			icon: <IconBrain size={16} aria-hidden />,
			keys: keymap.models.keys,
		},
		{
			to: "/backups",
			needs: "hub.manage",
			label: m.backups,
			icon: <IconCloudLock size={16} aria-hidden />,
			keys: keymap.backups.keys,
		},
		{
			to: "/activity",
			needs: "vehicles.read",
			label: m.activity,
			icon: <IconHistory size={16} aria-hidden />,
			keys: keymap.activity.keys,
		},
		{
			to: "/trash",
			needs: "vehicles.read",
			label: m.trash,
			icon: <IconTrash size={16} aria-hidden />,
			keys: keymap.trash.keys,
		},
		{
			to: "/settings",
			label: m.settings,
			icon: <IconSettings size={16} aria-hidden />,
			keys: keymap.settings.keys,
		},
	] as const;
	const session = useSession();
	const mine = places.filter((x) => !("needs" in x) || may(session, x.needs));
	const change = (part: Partial<typeof p>) => set.mutate({ ...p, ...part });
	return (
		<Menu position="bottom-end" width={230} closeOnItemClick={false} withInitialFocusPlaceholder={false}>
			<Menu.Target>
				<ActionIcon variant="subtle" size="lg" aria-label={say(m.preferences)}>
					<IconAdjustments size={20} aria-hidden />
				</ActionIcon>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>{say(m.places)}</Menu.Label>
				{mine.map(({ to, label, icon, keys }) => (
					<Menu.Item
						key={to}
						leftSection={icon}
						rightSection={<Kbd size="xs">{keys.join(" ")}</Kbd>}
						closeMenuOnClick
						component={Link}
						to={to}
					>
						{say(label)}
					</Menu.Item>
				))}
				<Menu.Divider />
				<Menu.Label>{say(m.theme)}</Menu.Label>
				<Menu.RadioGroup value={p.theme} onChange={(theme) => change({ theme: theme as typeof p.theme })}>
					{themes.map((t) => (
						<Menu.RadioItem key={t.value} value={t.value} rightSection={t.icon}>
							{say(t.label)}
						</Menu.RadioItem>
					))}
				</Menu.RadioGroup>
				<Menu.Divider />
				<Menu.Item
					leftSection={<IconKeyboard size={16} aria-hidden />}
					rightSection={<Kbd size="xs">?</Kbd>}
					closeMenuOnClick
					onClick={onKeys}
				>
					{say(m.keys)}
				</Menu.Item>
				<Menu.Item closeMenuOnClick component={Link} to="/welcome">
					{say(m.firstStart)}
				</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
