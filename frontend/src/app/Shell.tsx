import {
	ActionIcon,
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
	IconCar,
	IconDeviceDesktop,
	IconKeyboard,
	IconMoon,
	IconScan,
	IconSun,
} from "@tabler/icons-react";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { useShortcuts } from "../hooks/useShortcuts";
import { usePreferences, useSetPreferences } from "../lib/queries";
import { useReach } from "../lib/reach";
import { ModelState } from "./ModelState";
import { Away, Stranger } from "./Reach";
import { SearchBox } from "./SearchBox";
import classes from "./Shell.module.css";
import { Shortcuts } from "./Shortcuts";
import { useTheme } from "./useTheme";

export function Shell() {
	const navigate = useNavigate();
	useTheme();
	const [keys, sheet] = useDisclosure(false);
	const reached = useReach();
	const decode = async () => {
		await navigate({ to: "/" });
		document.getElementById("vin")?.focus();
	};
	const going = useRef(0);
	useShortcuts({
		"/": () => document.getElementById("search")?.focus(),
		d: decode,
		n: decode,
		g: () => {
			going.current = Date.now();
		},
		v: () => {
			if (Date.now() - going.current > 1_500) return false;
			void navigate({ to: "/vehicles" });
		},
		"?": sheet.open,
	});
	if (reached === "stranger") return <Stranger />;
	return (
		<AppShell header={{ height: { base: 104, sm: 60 } }} padding={0}>
			<a href="#main" className="skip">
				Skip to content
			</a>
			<AppShell.Header>
				<Container size="xl" h="100%" px={{ base: "sm", sm: "md" }}>
					<div className={classes.header}>
						<Group gap="xs" wrap="nowrap" className={classes.brand}>
							<UnstyledButton
								component={Link}
								to="/"
								className={classes.logo}
								aria-label="Hubcap: decode a VIN"
							>
								<img src="/icon.svg" width={28} height={28} alt="" />
								<Text fw={700} size="lg" component="span">
									Hubcap
								</Text>
							</UnstyledButton>
							<nav aria-label="Main" className={classes.nav}>
								<NavLink to="/" icon={<IconScan size={18} aria-hidden />}>
									Decode
								</NavLink>
								<NavLink to="/vehicles" icon={<IconCar size={18} aria-hidden />}>
									Vehicles
								</NavLink>
							</nav>
						</Group>
						<div className={classes.search}>
							<SearchBox />
						</div>
						<Group gap={4} wrap="nowrap" className={classes.tools}>
							<ModelState />
							<PreferencesMenu onKeys={sheet.open} />
						</Group>
					</div>
				</Container>
			</AppShell.Header>
			<AppShell.Main id="main">
				{reached === "away" && <Away />}
				<Outlet />
				<Shortcuts opened={keys} onClose={sheet.close} />
			</AppShell.Main>
		</AppShell>
	);
}

function NavLink({ to, icon, children }: { to: "/" | "/vehicles"; icon: ReactNode; children: string }) {
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
			{children}
		</Button>
	);
}

function PreferencesMenu({ onKeys }: { onKeys: () => void }) {
	const p = usePreferences();
	const set = useSetPreferences();
	const themes = [
		{ value: "light", label: "Light", icon: <IconSun size={16} aria-hidden /> },
		{ value: "dark", label: "Dark", icon: <IconMoon size={16} aria-hidden /> },
		{ value: "system", label: "As this computer", icon: <IconDeviceDesktop size={16} aria-hidden /> },
	] as const;
	const change = (part: Partial<typeof p>) => set.mutate({ ...p, ...part });
	return (
		<Menu position="bottom-end" width={230} closeOnItemClick={false}>
			<Menu.Target>
				<ActionIcon variant="subtle" size="lg" aria-label="Preferences: theme and units">
					<IconAdjustments size={20} aria-hidden />
				</ActionIcon>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>Theme</Menu.Label>
				{themes.map((t) => (
					<Choice
						key={t.value}
						on={p.theme === t.value}
						icon={t.icon}
						onClick={() => change({ theme: t.value })}
					>
						{t.label}
					</Choice>
				))}
				<Menu.Label>Distance</Menu.Label>
				<Choice on={p.distance === "mi"} onClick={() => change({ distance: "mi" })}>
					Miles
				</Choice>
				<Choice on={p.distance === "km"} onClick={() => change({ distance: "km" })}>
					Kilometres
				</Choice>
				<Menu.Divider />
				<Menu.Item
					leftSection={<IconKeyboard size={16} aria-hidden />}
					rightSection={<Kbd size="xs">?</Kbd>}
					closeMenuOnClick
					onClick={onKeys}
				>
					Keys
				</Menu.Item>
				<Menu.Item closeMenuOnClick component={Link} to="/welcome">
					First-start pages
				</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}

function Choice(props: { on: boolean; icon?: ReactNode; onClick: () => void; children: string }) {
	return (
		<Menu.Item
			role="menuitemradio"
			aria-checked={props.on}
			leftSection={props.icon}
			rightSection={props.on ? "✓" : undefined}
			onClick={props.onClick}
		>
			{props.children}
		</Menu.Item>
	);
}
