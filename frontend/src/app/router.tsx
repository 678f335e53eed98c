import type { QueryClient } from "@tanstack/react-query";
import {
	createRootRouteWithContext,
	createRoute,
	createRouter,
	lazyRouteComponent,
	redirect,
} from "@tanstack/react-router";
import { ActivityPage } from "../features/activity/ActivityPage";
import { AuditPage } from "../features/audit/AuditPage";
import { BackupsPage } from "../features/backups/BackupsPage";
import { DecodePage } from "../features/decode/DecodePage";
import { InvitePage } from "../features/door/InvitePage";
import { PersonPage } from "../features/door/PersonPage";
import { KeysPage } from "../features/keys/KeysPage";
import { fields as claimFields, type Look, statuses } from "../features/lists/api";
import { ListPage } from "../features/lists/ListPage";
import { ListsPage } from "../features/lists/ListsPage";
import { AccountPage } from "../features/me/AccountPage";
import { ModelsPage } from "../features/models/ModelsPage";
import { NetworkPage } from "../features/network/NetworkPage";
import { PeoplePage } from "../features/people/PeoplePage";
import { SecurityPage } from "../features/security/SecurityPage";
import { SettingsPage } from "../features/settings/SettingsPage";
import { TrashPage } from "../features/trash/TrashPage";
import { VehiclePage } from "../features/vehicle/VehiclePage";
import { VehiclesPage } from "../features/vehicles/VehiclesPage";
import { ChangesPage } from "../features/vpic/ChangesPage";
import { optional, WelcomePage } from "../features/welcome/WelcomePage";
import { preferencesQuery, unset } from "../lib/queries";
import { sessionQuery } from "../lib/session";
import { ErrorPage, NotFoundPage } from "./ErrorPage";
import { Shell } from "./Shell";

const root = createRootRouteWithContext<{ client: QueryClient }>()({
	component: Shell,
	errorComponent: ErrorPage,
	notFoundComponent: NotFoundPage,
});

const text = (v: unknown): string | undefined =>
	typeof v === "string" && v !== "" ? v : typeof v === "number" ? String(v) : undefined;

const decode = createRoute({
	getParentRoute: () => root,
	path: "/",
	validateSearch: (s): { vin?: string; year?: number } => ({
		vin: text(s.vin),
		year: Number(s.year) > 1900 ? Number(s.year) : undefined,
	}),
	beforeLoad: async ({ context, search }) => {
		if (search.vin) return;
		// Nobody has preferences; the shell asks them who they are.
		const session = await context.client
			.ensureQueryData({ ...sessionQuery, retry: false })
			.catch(() => undefined);
		if (!session?.signedIn || session.owes.length > 0) return;
		// A hub that does not answer is the shell's to tell of.
		const p = await context.client.ensureQueryData({ ...preferencesQuery, retry: false }).catch(() => unset);
		if (!p.welcomed) throw redirect({ to: "/welcome" });
	},
	component: DecodePage,
});

const welcome = createRoute({
	getParentRoute: () => root,
	path: "/welcome",
	validateSearch: (s): { step?: (typeof optional)[number] } => ({ step: optional.find((o) => o === s.step) }),
	component: WelcomePage,
});

const vehicles = createRoute({
	getParentRoute: () => root,
	path: "/vehicles",
	validateSearch: (s): { q?: string; sort?: string; columns?: string[] } => ({
		q: text(s.q),
		sort: text(s.sort),
		columns: Array.isArray(s.columns) ? s.columns.filter((c) => typeof c === "string") : undefined,
	}),
	component: VehiclesPage,
});

const lists = createRoute({ getParentRoute: () => root, path: "/lists", component: ListsPage });

// The bar code reader is large; only who scans loads it.
const scan = createRoute({
	getParentRoute: () => root,
	path: "/scan",
	component: lazyRouteComponent(() => import("../features/scan/ScanPage"), "ScanPage"),
});

const listSteps = ["files", "columns"] as const;
const severities = ["hard", "soft", "untestable"] as const;
const verdicts = ["buy", "look", "pass"] as const;
const comparisons = ["new", "same", "price"] as const;

const list = createRoute({
	getParentRoute: () => root,
	path: "/lists/$id",
	validateSearch: (s): Look & { step?: (typeof listSteps)[number]; row?: string } => ({
		step: listSteps.find((x) => x === s.step),
		row: text(s.row),
		status: statuses.find((x) => x === s.status),
		severity: severities.find((x) => x === s.severity),
		field: claimFields.find((x) => x === s.field),
		verdict: verdicts.find((x) => x === s.verdict),
		compared: comparisons.find((x) => x === s.compared),
		text: text(s.text),
		sort: text(s.sort),
	}),
	component: ListPage,
});

const settings = createRoute({
	getParentRoute: () => root,
	path: "/settings",
	validateSearch: (s): { q?: string } => ({ q: text(s.q) }),
	component: SettingsPage,
});

const modelTabs = ["models", "orders", "providers"] as const;

const models = createRoute({
	getParentRoute: () => root,
	path: "/models",
	validateSearch: (s): { tab?: (typeof modelTabs)[number] } => ({ tab: modelTabs.find((t) => t === s.tab) }),
	component: ModelsPage,
});

const backupTabs = ["places", "restore", "drills"] as const;

const backups = createRoute({
	getParentRoute: () => root,
	path: "/backups",
	validateSearch: (s): { tab?: (typeof backupTabs)[number]; of?: string } => ({
		tab: backupTabs.find((t) => t === s.tab),
		of: text(s.of),
	}),
	component: BackupsPage,
});

const activity = createRoute({ getParentRoute: () => root, path: "/activity", component: ActivityPage });

const trash = createRoute({ getParentRoute: () => root, path: "/trash", component: TrashPage });

const vpicChanges = createRoute({
	getParentRoute: () => root,
	path: "/vpic/changes",
	component: ChangesPage,
});

const peopleTabs = ["users", "roles", "places"] as const;

const people = createRoute({
	getParentRoute: () => root,
	path: "/people",
	validateSearch: (s): { tab?: (typeof peopleTabs)[number]; q?: string; user?: string } => ({
		tab: peopleTabs.find((t) => t === s.tab),
		q: text(s.q),
		user: text(s.user),
	}),
	component: PeoplePage,
});

const apiKeys = createRoute({
	getParentRoute: () => root,
	path: "/keys",
	validateSearch: (s): { user?: string } => ({ user: text(s.user) }),
	component: KeysPage,
});

const audit = createRoute({
	getParentRoute: () => root,
	path: "/audit",
	validateSearch: (
		s,
	): Partial<Record<"event" | "actor" | "subject" | "from" | "since" | "until" | "text", string>> => ({
		event: text(s.event),
		actor: text(s.actor),
		subject: text(s.subject),
		from: text(s.from),
		since: text(s.since),
		until: text(s.until),
		text: text(s.text),
	}),
	component: AuditPage,
});

const network = createRoute({ getParentRoute: () => root, path: "/network", component: NetworkPage });

const security = createRoute({ getParentRoute: () => root, path: "/security", component: SecurityPage });

const account = createRoute({ getParentRoute: () => root, path: "/account", component: AccountPage });

const invite = createRoute({ getParentRoute: () => root, path: "/invite", component: InvitePage });

const signIn = createRoute({ getParentRoute: () => root, path: "/sign-in", component: PersonPage });

export const tabs = ["overview", "specs", "timeline", "files", "insights", "activity"] as const;
export type Tab = (typeof tabs)[number];

/** The records whose form an address can open. */
const added = ["service", "fuel", "reading", "invoice"] as const;
type Added = (typeof added)[number];

const vehicle = createRoute({
	getParentRoute: () => root,
	path: "/vehicles/$id",
	validateSearch: (s): { tab?: Tab; record?: string; add?: Added } => ({
		tab: tabs.find((t) => t === s.tab),
		record: text(s.record),
		add: added.find((a) => a === s.add),
	}),
	component: VehiclePage,
});

export function createAppRouter(client: QueryClient) {
	return createRouter({
		routeTree: root.addChildren([
			decode,
			welcome,
			vehicles,
			vehicle,
			lists,
			list,
			scan,
			models,
			backups,
			activity,
			trash,
			settings,
			vpicChanges,
			people,
			apiKeys,
			audit,
			network,
			security,
			account,
			invite,
			signIn,
		]),
		context: { client },
		defaultPreload: false,
		scrollRestoration: true,
	});
}

declare module "@tanstack/react-router" {
	interface Register {
		router: ReturnType<typeof createAppRouter>;
	}
}
