import { ActivityList } from "../../components/activity/ActivityList";

/** What was done to this vehicle and its records. */
export function ActivityTab({ id }: { id: string }) {
	return <ActivityList vehicle={id} />;
}
