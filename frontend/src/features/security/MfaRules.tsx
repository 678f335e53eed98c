import { Group, NativeSelect, Skeleton, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Part } from "../../components/access/Part";
import { FailureNote } from "../../components/FailureNote";
import { useOrganisation } from "../../hooks/useOrganisation";
import type { Schemas } from "../../lib/api";
import { type Organisation, type Role, rolesQuery } from "../../lib/people";
import { useSay } from "../../lib/say";
import { useSession } from "../../lib/session";
import { m } from "./messages";
import classes from "./security.module.css";

type Rule = Schemas["MFARule"];

const policies = ["off", "optional", "required"] as const;

/** Whether each role needs a second factor, and from which day. */
export function MfaRules({ of: o }: { of: Organisation }) {
	const say = useSay();
	const roles = useQuery(rolesQuery);
	const mine = useSession()?.user?.role;
	const save = useOrganisation();
	const set = (r: Role, rule: Rule) =>
		save.mutate({
			change: (old) => ({ ...old, mfa: { ...old.mfa, [r.id]: rule } }),
			said: say(m.mfaSaved, { role: r.name, policy: say(m[rule.policy]) }),
		});
	return (
		<Part title={say(m.mfa)} about={say(m.mfaAbout)}>
			{roles.error && (
				<FailureNote error={roles.error} title={say(m.failed)} onRetry={() => roles.refetch()} />
			)}
			{!roles.data && !roles.error && <Skeleton height={200} aria-label={say(m.loading)} />}
			{roles.data
				// Programs have no second factor: their keys are one.
				?.filter((r) => r.id !== "integration")
				.map((r) => {
					const rule: Rule = o.mfa[r.id] ?? { policy: "optional" };
					return (
						<div key={r.id} className={classes.rule}>
							<div>
								<Text size="sm" fw={600}>
									{r.name}
								</Text>
								{r.id === mine && rule.policy === "required" && (
									<Text size="xs" c="var(--hub-warn)">
										{say(m.yourRole)}
									</Text>
								)}
							</div>
							<Group gap="xs" align="flex-start">
								<NativeSelect
									aria-label={say(m.policy, { role: r.name })}
									value={rule.policy}
									disabled={save.isPending}
									onChange={(e) => set(r, { policy: e.currentTarget.value as Rule["policy"] })}
									data={policies.map((value) => ({ value, label: say(m[value]) }))}
								/>
								{rule.policy === "required" && (
									<TextInput
										key={rule.from}
										type="date"
										aria-label={say(m.fromOf, { role: r.name })}
										title={say(m.atOnce)}
										defaultValue={rule.from ?? ""}
										disabled={save.isPending}
										onBlur={(e) => {
											const from = e.currentTarget.value || undefined;
											if (from !== rule.from) set(r, { policy: "required", from });
										}}
									/>
								)}
							</Group>
						</div>
					);
				})}
			{save.error && <FailureNote error={save.error} title={say(m.notSaved)} />}
		</Part>
	);
}
