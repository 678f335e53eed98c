import {
	IconArrowRight,
	IconBarcode,
	IconCar,
	IconCpu,
	IconLogout,
	IconNote,
	IconPlus,
	IconSettings,
	IconUserCircle,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import { Alike } from "../../components/Alike";
import { openJobs } from "../../features/jobs/JobsTray";
import { alsoCalled, preferenceSettings } from "../../features/settings/preferences";
import type { Message } from "../../lib/catalogue";
import { keymap, keyName } from "../../lib/keymap";
import { usePreferences, useSetPreferences } from "../../lib/queries";
import { type Say, useSay } from "../../lib/say";
import { may, type Permission, signOut, useSession } from "../../lib/session";
import { splitVINs, tail } from "../../lib/vin";
import { waits } from "../operators";
import { m } from "./messages";
import { type Found, intent, paletteQuery } from "./search";

/** One thing to find or do. */
export interface Item {
	id: string;
	group: Message;
	icon: ComponentType<{ size?: number; stroke?: number }>;
	title: string;
	detail?: ReactNode;
	/** The keys that do the same. */
	keys?: string[];
	run: () => unknown;
}

const isVIN = (s: string) => /^[A-HJ-NPR-Z0-9*]{17}$/.test(s);

/**
 * What fits the text, best first. Actions and settings are here at once;
 * vehicles come when the hub has answered for `asked`, which may lag behind.
 */
export function useItems(text: string, asked: string, onKeys: () => void) {
	const say = useSay();
	const navigate = useNavigate();
	const client = useQueryClient();
	const p = usePreferences();
	const setPreferences = useSetPreferences();
	const { id: here } = useParams({ strict: false });
	const words = say(m.addWords).replaceAll(/[[\]]/g, "").split(" ");
	const { rest } = intent(asked, words);
	const found = useQuery({ ...paletteQuery(rest), enabled: !waits(rest) });

	const open = (id: string) => navigate({ to: "/vehicles/$id", params: { id } });
	const decode = async (vin?: string) => {
		await navigate({ to: "/", search: vin ? { vin } : {} });
		document.getElementById("vin")?.focus();
	};
	const theme = (value: typeof p.theme) => setPreferences.mutate({ ...p, theme: value });
	const session = useSession();
	const all: (Omit<Item, "group"> & { needs?: Permission })[] = [
		{ id: "decode", icon: IconCpu, title: say(m.decode), keys: keymap.decode.keys, run: () => decode() },
		{
			id: "create",
			needs: "vehicles.write",
			icon: IconPlus,
			title: say(m.create),
			keys: keymap.create.keys,
			run: () => decode(),
		},
		{
			id: "scan",
			needs: "vin.decode",
			icon: IconBarcode,
			title: say(m.scan),
			run: () => navigate({ to: "/scan" }),
		},
		{
			id: "vehicles",
			icon: IconArrowRight,
			title: say(m.goVehicles),
			keys: keymap.vehicles.keys,
			run: () => navigate({ to: "/vehicles" }),
		},
		{
			id: "settings",
			icon: IconArrowRight,
			title: say(m.goSettings),
			keys: keymap.settings.keys,
			run: () => navigate({ to: "/settings" }),
		},
		{
			id: "models",
			needs: "models.manage",
			icon: IconArrowRight,
			title: say(m.goModels),
			keys: keymap.models.keys,
			run: () => navigate({ to: "/models" }),
		},
		{
			id: "backups",
			needs: "hub.manage",
			icon: IconArrowRight,
			title: say(m.goBackups),
			keys: keymap.backups.keys,
			run: () => navigate({ to: "/backups" }),
		},
		{
			id: "activity",
			needs: "vehicles.read",
			icon: IconArrowRight,
			title: say(m.goActivity),
			keys: keymap.activity.keys,
			run: () => navigate({ to: "/activity" }),
		},
		{
			id: "trash",
			needs: "vehicles.read",
			icon: IconArrowRight,
			title: say(m.goTrash),
			keys: keymap.trash.keys,
			run: () => navigate({ to: "/trash" }),
		},
		{
			id: "people",
			needs: "users.manage",
			icon: IconArrowRight,
			title: say(m.goPeople),
			keys: keymap.people.keys,
			run: () => navigate({ to: "/people" }),
		},
		{
			id: "roles",
			needs: "roles.manage",
			icon: IconArrowRight,
			title: say(m.goRoles),
			run: () => navigate({ to: "/people", search: { tab: "roles" } }),
		},
		{
			id: "places",
			needs: "organisation.manage",
			icon: IconArrowRight,
			title: say(m.goPlaces),
			run: () => navigate({ to: "/people", search: { tab: "places" } }),
		},
		{
			id: "apiKeys",
			needs: "keys.manage",
			icon: IconArrowRight,
			title: say(m.goKeys),
			run: () => navigate({ to: "/keys" }),
		},
		{
			id: "audit",
			needs: "audit.read",
			icon: IconArrowRight,
			title: say(m.goAudit),
			run: () => navigate({ to: "/audit" }),
		},
		{
			id: "network",
			needs: "hub.manage",
			icon: IconArrowRight,
			title: say(m.goNetwork),
			run: () => navigate({ to: "/network" }),
		},
		{
			id: "security",
			needs: "organisation.manage",
			icon: IconArrowRight,
			title: say(m.goSecurity),
			run: () => navigate({ to: "/security" }),
		},
		{
			id: "jobs",
			icon: IconArrowRight,
			title: say(m.showJobs),
			keys: keymap.jobs.keys,
			run: () => globalThis.dispatchEvent(new Event(openJobs)),
		},
		...(session?.user
			? [
					{
						id: "account",
						icon: IconUserCircle,
						title: say(m.goAccount),
						run: () => navigate({ to: "/account" }),
					},
					{ id: "sign-out", icon: IconLogout, title: say(m.signOut), run: () => signOut(client) },
				]
			: []),
		...(["light", "dark", "system"] as const)
			.filter((t) => t !== p.theme)
			.map((t) => ({ id: `theme-${t}`, icon: IconSettings, title: say(m[t]), run: () => theme(t) })),
		{ id: "keys", icon: IconArrowRight, title: say(m.keysSheet), keys: keymap.help.keys, run: onKeys },
	];
	const known = all.filter((a) => !a.needs || may(session, a.needs));
	const actions = known.map((a): Item => ({ ...a, group: m.actions, keys: a.keys?.map(keyName) }));

	const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
	const fits = (s: string) => wanted.every((w) => s.toLowerCase().includes(w));
	const visited = (): { id: string; title: string; vin: string }[] =>
		client
			.getQueryCache()
			.findAll({ queryKey: ["vehicle"] })
			.filter((q) => q.queryKey.length === 2 && q.state.data !== undefined)
			.toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
			.map((q) => q.state.data as Found["vehicle"])
			.filter((v) => v.id !== here)
			.slice(0, 5);

	const vehicles = found.data?.items ?? [];
	const added = (may(session, "records.write") ? intent(text, words).adds : []).flatMap((kind) => {
		const current = client.getQueryData<Found["vehicle"]>(["vehicle", here ?? ""]);
		const targets = rest === "" && current ? [current] : vehicles.slice(0, 3).map((f) => f.vehicle);
		return targets.map((v) => addItem(kind as "service", v, say, () => addTo(v.id, kind as "service")));
	});
	const addTo = (id: string, add: "service" | "fuel" | "reading") =>
		navigate({ to: "/vehicles/$id", params: { id }, search: { add } });

	if (wanted.length === 0) {
		const seen = visited();
		const recent = vehicles
			.map((f) => f.vehicle)
			.filter((v) => v.id !== here && !seen.some((s) => s.id === v.id));
		const item = (group: Message) => (v: { id: string; title: string; vin: string }) =>
			vehicleItem(group, v, <Tail vin={v.vin} />, () => open(v.id));
		const items = [
			...seen.map(item(m.visited)),
			...recent.slice(0, 5 - seen.length).map(item(m.recent)),
			...actions,
		];
		return { items, found };
	}

	const vins = splitVINs(text).filter(isVIN);
	const settings = preferenceSettings
		.filter((s) => fits(`${say(m.settings)} ${say(s.title)} ${alsoCalled(s)}`))
		.slice(0, 5)
		.map(
			(s): Item => ({
				id: `setting-${s.key}`,
				group: m.settings,
				icon: IconSettings,
				title: say(s.title),
				detail: say(s.about),
				run: () => navigate({ to: "/settings", hash: s.key }),
			}),
		);
	const inNotes = (f: Found) => f.reasons.find((r) => r.field === "note");
	const items: Item[] = [
		...vins.slice(0, 1).map(
			(vin): Item => ({
				id: "vin",
				group: m.vin,
				icon: IconCpu,
				title: say(m.decodeVIN, { vin }),
				run: () => decode(vin),
			}),
		),
		...added,
		...vehicles
			.filter((f) => !inNotes(f))
			.map((f) => vehicleItem(m.vehicles, f.vehicle, <Why found={f} say={say} />, () => open(f.vehicle.id))),
		...vehicles.filter(inNotes).map((f) => ({
			...vehicleItem(m.notes, f.vehicle, <Why found={f} say={say} />, () => open(f.vehicle.id)),
			icon: IconNote,
		})),
		...actions.filter((a) => fits(a.title)),
		...settings,
	];
	if ((found.data?.total ?? 0) > vehicles.length)
		items.push({
			id: "all",
			group: m.vehicles,
			icon: IconArrowRight,
			title: say(m.searchAll, { q: rest }),
			run: () => navigate({ to: "/vehicles", search: { q: rest } }),
		});
	return { items: grouped(items), found };
}

/** Items of one group stand together, the groups in the order of their first. */
function grouped(items: Item[]): Item[] {
	const groups = [...new Set(items.map((i) => i.group))];
	return groups.flatMap((g) => items.filter((i) => i.group === g));
}

const vehicleItem = (
	group: Message,
	v: { id: string; title: string },
	detail: ReactNode,
	run: () => unknown,
): Item => ({ id: `vehicle-${v.id}`, group, icon: IconCar, title: v.title, detail, run });

const addNames = { service: m.addService, fuel: m.addFuel, reading: m.addReading };

const addItem = (
	kind: keyof typeof addNames,
	v: { id: string; title: string; vin: string },
	say: Say,
	run: () => unknown,
): Item => ({
	id: `add-${kind}-${v.id}`,
	group: m.actions,
	icon: IconPlus,
	title: say(addNames[kind], { title: v.title }),
	detail: <Tail vin={v.vin} />,
	run,
});

function Tail({ vin }: { vin: string }) {
	return (
		<code>
			{vin.slice(0, -6)}
			<b>{tail(vin)}</b>
		</code>
	);
}

const fieldNames: Record<string, Message> = {
	vin: m.vin,
	note: m.inNote,
	service: m.inService,
	claim: m.claimed,
	stock: m.stock,
	plate: m.plate,
};

/** Why a vehicle was found, with the match marked; its VIN where that says enough. */
function Why({ found, say }: { found: Found; say: Say }) {
	const reason = found.reasons.find((r) => !["make", "model", "year"].includes(r.field));
	if (!reason) return <Tail vin={found.vehicle.vin} />;
	const name = fieldNames[reason.field];
	const file = reason.in ? say(m.inFile, { name: reason.in }) : say(m.inFileName);
	const where = reason.field === "file" ? file : name ? say(name) : reason.field;
	return (
		<>
			{reason.alike !== undefined && <Alike percent={reason.alike} />}
			{say(m.because, { field: where })}
			{reason.parts.map((part, i) =>
				part.match ? (
					// biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
					<mark key={i}>{part.text}</mark>
				) : (
					part.text
				),
			)}
		</>
	);
}
