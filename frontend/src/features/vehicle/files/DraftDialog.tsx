import { Alert, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FailureNote } from "../../../components/FailureNote";
import { useSay } from "../../../lib/say";
import type { Vehicle } from "../api";
import { InvoiceForm } from "../InvoiceForm";
import { saysAnything } from "../invoice";
import { RecordForm } from "../RecordForm";
import { type Attachment, draftOf, editAttachment } from "./api";
import { calledOf } from "./files";
import { m } from "./messages";

/** A service record read from a paper: a draft that a person looks at and saves. */
export function DraftDialog(props: { vehicle: Vehicle; of: Attachment | undefined; onClose: () => void }) {
	const say = useSay();
	const { of: a } = props;
	const narrow = useMediaQuery("(max-width: 48em)");
	return (
		<Modal
			opened={a !== undefined}
			onClose={props.onClose}
			title={a && say(m.recordTitle, { name: calledOf(a) })}
			size={920}
			fullScreen={narrow}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			{a && <Draft vehicle={props.vehicle} of={a} onClose={props.onClose} />}
		</Modal>
	);
}

function Draft({ vehicle, of: a, onClose }: { vehicle: Vehicle; of: Attachment; onClose: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const draft = useQuery({
		queryKey: ["vehicle", a.vehicle, "attachments", a.id, "draft"],
		queryFn: () => draftOf(a),
		gcTime: 0,
		staleTime: Number.POSITIVE_INFINITY,
		retry: false,
	});
	const name = calledOf(a);
	// The paper then says to which record it belongs; where that fails the record stands all the same.
	const link = (record: string) =>
		void editAttachment(a, { record })
			.catch(() => undefined)
			.then(() => client.invalidateQueries({ queryKey: ["vehicle", a.vehicle, "attachments"] }));
	if (draft.error)
		return (
			<FailureNote
				error={draft.error}
				title={say(m.recordFailed, { name })}
				onRetry={() => draft.refetch()}
			/>
		);
	if (!draft.data) return <Skeleton height={320} aria-label={say(m.loading)} />;
	const { text, sheet } = draft.data;
	if (saysAnything(sheet))
		return <InvoiceForm vehicle={vehicle} text={text} sheet={sheet} onSaved={link} onDone={onClose} />;
	return (
		<Stack>
			<Alert color="yellow" role="alert">
				<Text size="sm">{say(m.nothing, { name })}</Text>
			</Alert>
			<RecordForm kind="service" vehicle={vehicle} onSaved={link} onDone={onClose} />
		</Stack>
	);
}
