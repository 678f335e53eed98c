import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Organisation, organisationQuery, setOrganisation } from "../lib/people";
import { useSay } from "../lib/say";
import { offer } from "./useWrite";

/** Writes a part of the organisation over what it is now, and offers to take it back. */
export function useOrganisation() {
	const say = useSay();
	const client = useQueryClient();
	const put = (o: Organisation) => client.setQueryData(organisationQuery.queryKey, o);
	return useMutation({
		mutationFn: async ({ change }: { change: (o: Organisation) => Organisation; said: string }) => {
			const before = await client.fetchQuery({ ...organisationQuery, staleTime: 0 });
			return { before, now: await setOrganisation(change(before)) };
		},
		onSuccess: ({ before, now }, { said }) => {
			put(now);
			offer(say, said, async () => put(await setOrganisation(before)));
		},
	});
}
