import { Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSay } from "../../lib/say";
import { type Backup, backupsQuery } from "./api";
import { Keys } from "./KeysFlow";
import { form, keysText as k, m } from "./messages";
import { PlaceForm } from "./PlaceForm";

/** A new place from its address to its first backup: place, passphrase, sheet, two words. */
export function AddPlace({ opened, onClose }: { opened: boolean; onClose: () => void }) {
	const say = useSay();
	const client = useQueryClient();
	const [made, setMade] = useState<Backup>();
	const [step, setStep] = useState<"look" | "sheet" | "words" | "done">("look");
	const close = () => {
		setMade(undefined);
		setStep("look");
		onClose();
		void client.invalidateQueries({ queryKey: backupsQuery.queryKey });
	};
	const titles = { look: k.setUpTitle, sheet: k.sheetTitle, words: k.confirmTitle, done: k.doneTitle };
	const held = made !== undefined && (step === "sheet" || step === "words");
	return (
		<Modal
			opened={opened}
			onClose={close}
			title={made ? say(titles[step], { name: made.name }) : say(form.addTitle)}
			size="lg"
			closeOnClickOutside={false}
			closeOnEscape={!held}
			closeButtonProps={{ "aria-label": say(m.close) }}
		>
			{opened && !made && <PlaceForm onCancel={close} onSaved={setMade} />}
			{opened && made && (
				<Keys of={made} step={step} onStep={setStep} onClose={close} onJob={() => undefined} />
			)}
		</Modal>
	);
}
