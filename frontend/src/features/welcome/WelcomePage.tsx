import {
	Button,
	Container,
	Group,
	SegmentedControl,
	Stack,
	Stepper,
	Text,
	Title,
	useMatches,
} from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { SelfCheck } from "../../components/SelfCheck";
import { api, data } from "../../lib/api";
import { usePreferences, useRefresh, useSetPreferences } from "../../lib/queries";
import { useSay } from "../../lib/say";
import { m } from "./messages";

/** The first start: units, a check of the data, the first VIN. Each step can be skipped. */
export function WelcomePage() {
	const say = useSay();
	const [step, setStep] = useState(0);
	useDocumentTitle(say(m.page));
	const p = usePreferences();
	const set = useSetPreferences();
	const navigate = useNavigate();
	const refresh = useRefresh();
	const sample = useMutation({ mutationFn: () => data(api.POST("/api/v1/sample")), onSuccess: refresh });
	const finish = async (to: "/" | "/vehicles") => {
		await set.mutateAsync({ ...p, welcomed: true });
		await navigate({ to });
	};
	return (
		<Container size="sm" py="xl">
			<Stack gap="lg">
				<div>
					<Title order={1} size="h2">
						{say(m.title)}
					</Title>
					<Text c="dimmed">{say(m.about)}</Text>
				</div>
				<Stepper active={step} onStepClick={setStep} size="sm" wrap={false} className="steps">
					<Stepper.Step label={say(m.units)}>
						<Stack gap="md" mt="md">
							<Choice
								label={say(m.distance)}
								value={p.distance}
								data={[
									{ value: "mi", label: say(m.miles) },
									{ value: "km", label: say(m.kilometres) },
								]}
								onChange={(distance) => set.mutate({ ...p, distance: distance as "mi" | "km" })}
							/>
							<Choice
								label={say(m.fuel)}
								value={p.volume}
								data={[
									{ value: "gal", label: say(m.gallons) },
									{ value: "L", label: say(m.litres) },
									{ value: "impgal", label: say(m.imperial) },
								]}
								onChange={(volume) => set.mutate({ ...p, ...measures(volume as "gal" | "L" | "impgal") })}
							/>
							<Choice
								label={say(m.currency)}
								value={p.currency}
								data={["USD", "CAD", "EUR", "GBP"].map((c) => ({ value: c, label: c }))}
								onChange={(currency) => set.mutate({ ...p, currency })}
							/>
						</Stack>
					</Stepper.Step>
					<Stepper.Step label={say(m.data)}>
						<SelfCheck />
					</Stepper.Step>
					<Stepper.Step label={say(m.firstVIN)}>
						<Stack gap="md" mt="md">
							<Text>{say(m.firstAbout)}</Text>
							<Group>
								<Button onClick={() => finish("/")}>{say(m.decode)}</Button>
								<Button
									variant="default"
									loading={sample.isPending}
									onClick={async () => {
										await sample.mutateAsync();
										await finish("/vehicles");
									}}
								>
									{say(m.sample)}
								</Button>
							</Group>
							{sample.error && <FailureNote error={sample.error} />}
						</Stack>
					</Stepper.Step>
				</Stepper>
				<Group justify="space-between">
					<Button variant="subtle" onClick={() => finish("/")}>
						{say(m.skip)}
					</Button>
					{step < 2 && <Button onClick={() => setStep(step + 1)}>{say(m.next)}</Button>}
				</Group>
			</Stack>
		</Container>
	);
}

/** Who buys fuel in litres thinks of its economy in litres too; the settings have them apart. */
const measures = (volume: "gal" | "L" | "impgal") => ({
	volume,
	economy: ({ gal: "mpg", L: "L/100km", impgal: "impmpg" } as const)[volume],
});

function Choice(props: {
	label: string;
	value: string;
	data: { value: string; label: string }[];
	onChange: (value: string) => void;
}) {
	// Side by side, long names would stand out of a phone.
	const orientation = useMatches<"vertical" | "horizontal">({ base: "vertical", xs: "horizontal" });
	return (
		<div>
			<Text size="sm" fw={600} mb={4}>
				{props.label}
			</Text>
			<SegmentedControl
				aria-label={props.label}
				orientation={orientation}
				value={props.value}
				data={props.data}
				onChange={props.onChange}
			/>
		</div>
	);
}
