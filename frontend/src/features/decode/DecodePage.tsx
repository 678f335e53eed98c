import { Container, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { NotPermitted } from "../../components/access/NotPermitted";
import { FailureNote } from "../../components/FailureNote";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { splitVINs } from "../../lib/vin";
import { decodeQuery } from "./api";
import { Checklist } from "./Checklist";
import { DecodedMany, mostVINs } from "./DecodedMany";
import { m } from "./messages";
import { OpenList } from "./OpenList";
import { ResultCard } from "./ResultCard";
import { ScanLink } from "./ScanLink";
import { VinBox } from "./VinBox";
import { VinRuler } from "./VinRuler";

/** The front door: a VIN in, what it truly is out. */
export function DecodePage() {
	const say = useSay();
	const { vin, year } = useSearch({ from: "/" });
	const navigate = useNavigate({ from: "/" });
	const may = useMay("vin.decode");
	const [typed, setTyped] = useState(vin ?? "");
	const [many, setMany] = useState<string[]>([]);

	const live = useQuery({ ...decodeQuery(typed), enabled: typed !== "", placeholderData: keepPreviousData });
	// The last result stays until the next is there: the page does not jump.
	const result = useQuery({
		...decodeQuery(vin ?? "", year),
		enabled: Boolean(vin) && many.length === 0,
		placeholderData: keepPreviousData,
	});
	useDocumentTitle(vin ? say(m.pageOf, { title: result.data?.title ?? vin }) : say(m.page));
	const box = useRef<HTMLInputElement>(null);
	const next = () => {
		setTyped("");
		box.current?.focus();
		void navigate({ search: {} });
	};

	const submit = (text: string) => show(splitVINs(text));
	const show = (vins: string[]) => {
		if (vins.length > 1) {
			setMany(vins.slice(0, mostVINs));
			setTyped("");
			void navigate({ search: {} });
			return;
		}
		setMany([]);
		const one = vins[0] ?? "";
		setTyped(one);
		void navigate({ search: one ? { vin: one } : {}, resetScroll: false });
	};

	if (!may) return <NotPermitted />;
	return (
		<Container size="lg" py={{ base: "md", sm: "xl" }}>
			<Stack gap="lg">
				<Group justify="space-between" align="flex-end" gap="sm">
					<div>
						<Title order={1} size="h2">
							{say(m.title)}
						</Title>
						<Text c="dimmed">{say(m.about)}</Text>
					</div>
					<Group gap="sm" className="no-print">
						<ScanLink />
						<OpenList onVINs={show} />
					</Group>
				</Group>
				<Stack gap="xs">
					<VinBox
						box={box}
						value={typed}
						onChange={(v) => {
							setTyped(v);
							if (v === "") {
								setMany([]);
								void navigate({ search: {} });
							}
						}}
						onSubmit={submit}
					/>
					<VinRuler typed={typed} structure={typed !== "" ? live.data?.structure : undefined} />
				</Stack>
				{result.error && vin && (
					<FailureNote error={result.error} title={say(m.failed)} onRetry={() => result.refetch()} />
				)}
				{many.length > 0 && <DecodedMany vins={many} onOpen={(v) => submit(v)} />}
				{many.length === 0 && vin && result.data && (
					<ResultCard
						key={`${result.data.vin}${year ?? ""}`}
						result={result.data}
						year={year}
						stale={result.isPlaceholderData}
						onNext={next}
						onVIN={submit}
						onYear={(y) => navigate({ search: { vin, year: y } })}
					/>
				)}
				{many.length === 0 && !vin && (
					<>
						<Hints onTry={submit} />
						<Checklist />
					</>
				)}
			</Stack>
		</Container>
	);
}

function Hints({ onTry }: { onTry: (vin: string) => void }) {
	const say = useSay();
	const examples = [
		{ vin: "1FTFW1EF0FF107919", about: m.examplePickup },
		{ vin: "5YJ3E1EB6K", about: m.examplePartial },
		{ vin: "5KBCT1A33E1768185", about: m.exampleMistyped },
	];
	return (
		<Stack gap={6}>
			<Text size="sm" c="dimmed">
				{say(m.tryOne)}
			</Text>
			{examples.map((e) => (
				<Text size="sm" key={e.vin}>
					<button type="button" className="link" onClick={() => onTry(e.vin)}>
						<code>{e.vin}</code>
					</button>{" "}
					<Text span c="dimmed">
						{say(e.about)}
					</Text>
				</Text>
			))}
		</Stack>
	);
}
