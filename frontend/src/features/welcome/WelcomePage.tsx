import {
	Button,
	Container,
	Group,
	List,
	Loader,
	SegmentedControl,
	Stack,
	Stepper,
	Text,
	ThemeIcon,
	Title,
} from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FailureNote } from "../../components/FailureNote";
import { api, data } from "../../lib/api";
import { usePreferences, useRefresh, useSetPreferences } from "../../lib/queries";

const selfCheckQuery = queryOptions({
	queryKey: ["selfcheck"],
	queryFn: () => data(api.GET("/api/v1/selfcheck")),
	staleTime: Number.POSITIVE_INFINITY,
});

/** The first start: units, a check of the data, the first VIN. Each step can be skipped. */
export function WelcomePage() {
	const [step, setStep] = useState(0);
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
						Welcome to Hubcap
					</Title>
					<Text c="dimmed">
						Everything stays on this computer. Three short steps, and each can be skipped.
					</Text>
				</div>
				<Stepper active={step} onStepClick={setStep} size="sm" wrap={false} className="steps">
					<Stepper.Step label="Units">
						<Stack gap="md" mt="md">
							<Choice
								label="Distance"
								value={p.distance}
								data={[
									{ value: "mi", label: "Miles" },
									{ value: "km", label: "Kilometres" },
								]}
								onChange={(distance) => set.mutate({ ...p, distance: distance as "mi" | "km" })}
							/>
							<Choice
								label="Fuel"
								value={p.volume}
								data={[
									{ value: "gal", label: "US gallons" },
									{ value: "L", label: "Litres" },
									{ value: "impgal", label: "Imperial gallons" },
								]}
								onChange={(volume) => set.mutate({ ...p, volume: volume as "gal" | "L" | "impgal" })}
							/>
							<Choice
								label="Currency"
								value={p.currency}
								data={["USD", "CAD", "EUR", "GBP"].map((c) => ({ value: c, label: c }))}
								onChange={(currency) => set.mutate({ ...p, currency })}
							/>
						</Stack>
					</Stepper.Step>
					<Stepper.Step label="Data">
						<SelfCheck />
					</Stepper.Step>
					<Stepper.Step label="First VIN">
						<Stack gap="md" mt="md">
							<Text>Paste a VIN, or load about sixty sample vehicles with records to look around in.</Text>
							<Group>
								<Button onClick={() => finish("/")}>Decode a VIN</Button>
								<Button
									variant="default"
									loading={sample.isPending}
									onClick={async () => {
										await sample.mutateAsync();
										await finish("/vehicles");
									}}
								>
									Load the sample fleet
								</Button>
							</Group>
							{sample.error && <FailureNote error={sample.error} />}
						</Stack>
					</Stepper.Step>
				</Stepper>
				<Group justify="space-between">
					<Button variant="subtle" onClick={() => finish("/")}>
						Skip
					</Button>
					{step < 2 && <Button onClick={() => setStep(step + 1)}>Next</Button>}
				</Group>
			</Stack>
		</Container>
	);
}

function Choice(props: {
	label: string;
	value: string;
	data: { value: string; label: string }[];
	onChange: (value: string) => void;
}) {
	return (
		<div>
			<Text size="sm" fw={600} mb={4}>
				{props.label}
			</Text>
			<SegmentedControl
				aria-label={props.label}
				value={props.value}
				data={props.data}
				onChange={props.onChange}
			/>
		</div>
	);
}

function SelfCheck() {
	const q = useQuery(selfCheckQuery);
	if (q.error) return <FailureNote error={q.error} title="The data could not be checked" />;
	if (!q.data) return <Loader mt="md" aria-label="Checking the data" />;
	const { checks, passed, release, tookUs } = q.data;
	const ok = passed === checks?.length;
	return (
		<Stack gap="sm" mt="md">
			<Group gap="sm">
				<ThemeIcon color={ok ? "green" : "red"} radius="xl">
					{ok ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
				</ThemeIcon>
				<Text fw={600}>
					{ok
						? `NHTSA vPIC ${release.replace("_", "-")} is whole: all ${passed} test VINs decode as NHTSA's own procedure does.`
						: `Only ${passed} of ${checks?.length} test VINs decode as they should. Build Hubcap again with make vpic.`}
				</Text>
			</Group>
			<Text size="sm" c="dimmed">
				Checked just now in {(tookUs / 1000).toFixed(1)} ms, every value compared.
			</Text>
			<List size="sm" spacing={2} listStyleType="none">
				{checks?.map((c) => (
					<List.Item key={c.vin}>
						<Text span c={c.differences?.length ? "var(--hub-bad)" : "var(--hub-good)"} aria-hidden>
							{c.differences?.length ? "✗" : "✓"}
						</Text>{" "}
						<code>{c.vin}</code>{" "}
						<Text span c="dimmed" size="sm">
							{c.title === c.vin ? "not registered in the US" : c.title}
						</Text>
					</List.Item>
				))}
			</List>
		</Stack>
	);
}
