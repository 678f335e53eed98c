import { ActionIcon, Code, Table, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Row } from "../../components/access/Rows";
import { useSay } from "../../lib/say";
import type { Entry } from "./api";
import classes from "./audit.module.css";
import { m } from "./messages";
import { actorName, collectionName, placeOf, valueText, whatHappened } from "./words";

/** One entry in a line; it opens to tell what was written. */
export function EntryRow(props: { of: Entry; head: string[]; onOnly: (subject: string) => void }) {
	const say = useSay();
	const [open, setOpen] = useState(false);
	const { of: e, head, onOnly } = props;
	return (
		<Row
			head={head}
			cells={[say.moment(e.at), actorName(e, say), <What key="what" of={e} />, e.from || say(m.thisComputer)]}
			act={
				<ActionIcon
					variant="subtle"
					color="gray"
					aria-expanded={open}
					aria-label={say(open ? m.close : m.open, { n: e.n })}
					onClick={() => setOpen(!open)}
				>
					<IconChevronDown size={18} aria-hidden className={open ? classes.turned : undefined} />
				</ActionIcon>
			}
			wide={open ? <Details of={e} onOnly={onOnly} /> : undefined}
		/>
	);
}

/** What happened, with a link to what it is about. */
function What({ of: e }: { of: Entry }) {
	const say = useSay();
	const place = placeOf(e);
	const changed = e.event === "data.changed";
	// A change already names what it is about.
	const about = changed ? "" : (e.subject.name ?? e.subject.id ?? e.note ?? "");
	const linked = (text: string) =>
		place ? (
			<Link
				to={place.to as never}
				params={place.params as never}
				search={place.search as never}
				className="link"
			>
				{text}
			</Link>
		) : (
			text
		);
	return (
		<div>
			{changed ? linked(whatHappened(e, say)) : whatHappened(e, say)}
			{about && (
				<Text size="sm" c="dimmed">
					{linked(about)}
				</Text>
			)}
			{e.count !== undefined && e.count > 1 && e.since && (
				<Text size="xs" c="dimmed">
					{say(m.counted, { n: e.count, since: say.moment(e.since) })}
				</Text>
			)}
		</div>
	);
}

function Details({ of: e, onOnly }: { of: Entry; onOnly: (subject: string) => void }) {
	const say = useSay();
	const facts = [
		[say(m.number), say.number(e.n)],
		[say(m.via), e.via],
		[say(m.note), e.note],
		[say(m.batch), e.batch],
		[say(m.hash), e.hash],
	].filter((x): x is [string, string] => Boolean(x[1]));
	return (
		<div data-testid="entry">
			<dl className={classes.facts}>
				{facts.map(([name, value]) => (
					<div key={name} style={{ display: "contents" }}>
						<dt>{name}</dt>
						<dd>{value === e.hash || value === e.batch ? <Code>{value}</Code> : value}</dd>
					</div>
				))}
			</dl>
			{e.counts?.map((c) => (
				<Text size="sm" key={c.collection}>
					{say(m.documents, { collection: collectionName(c.collection, say), n: c.documents })}
				</Text>
			))}
			{e.documents?.map((d) => (
				<div key={`${d.collection} ${d.key}`}>
					<Text size="sm" fw={600} mt="xs">
						{say(d.new ? m.isNew : d.deleted ? m.isGone : m.isChanged, {
							collection: collectionName(d.collection, say),
							key: d.key,
						})}
					</Text>
					{(d.fields?.length ?? 0) === 0 ? (
						!d.deleted && (
							<Text size="sm" c="dimmed">
								{say(m.noFields)}
							</Text>
						)
					) : (
						<Table layout="fixed" fz="sm" verticalSpacing={4} aria-label={say(m.written)}>
							<Table.Thead>
								<Table.Tr>
									{[m.field, m.before, m.after].map((x) => (
										<Table.Th key={x.id} scope="col">
											{say(x)}
										</Table.Th>
									))}
								</Table.Tr>
							</Table.Thead>
							<Table.Tbody>
								{d.fields?.map((f) => (
									<Table.Tr key={f.pointer} style={{ verticalAlign: "top" }}>
										<Table.Td>
											<Code>{f.pointer}</Code>
										</Table.Td>
										<Table.Td>{valueText(f.before, say)}</Table.Td>
										<Table.Td>{valueText(f.after, say)}</Table.Td>
									</Table.Tr>
								))}
							</Table.Tbody>
						</Table>
					)}
				</div>
			))}
			{e.short && (
				<Text size="xs" c="dimmed">
					{say(m.short)}
				</Text>
			)}
			{e.subject.id && (
				<button type="button" className="link" onClick={() => onOnly(e.subject.id ?? "")}>
					{say(m.onlyThis)}
				</button>
			)}
		</div>
	);
}
