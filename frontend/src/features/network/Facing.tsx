import { Anchor, Button, Code, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Sure } from "../../components/access/Dialog";
import { Once } from "../../components/access/Once";
import { Part } from "../../components/access/Part";
import { offer } from "../../hooks/useWrite";
import { useSay } from "../../lib/say";
import { useMay } from "../../lib/session";
import { type Lan, lanQuery, resetLan } from "./api";
import { m } from "./messages";
import classes from "./network.module.css";

const kinds = { authority: m.authority, files: m.files, acme: m.acme, plain: m.plain, off: m.plain };
const announced = { announced: m.announced, failed: m.mdnsFailed, off: m.mdnsOff };

/** A hub that others reach: its address, its certificate, and how a device comes to trust it. */
export function Facing({ of: s }: { of: Lan }) {
	const say = useSay();
	const own = s.tls === "authority";
	const mayReset = useMay("organisation.manage") && own;
	return (
		<>
			<Part title={say(m.on)}>
				<div className={classes.two}>
					<div>
						<Text size="xl" fw={700} style={{ overflowWrap: "anywhere" }} mt={4}>
							<Anchor href={s.url} inherit>
								{s.url}
							</Anchor>
						</Text>
						<dl className={classes.facts}>
							<dt>{say(m.name)}</dt>
							<dd>{s.name}</dd>
							<dt>{say(m.mdns)}</dt>
							<dd>{say(announced[s.mdns])}</dd>
							<dt>{say(m.certificate)}</dt>
							<dd>{say(kinds[s.tls])}</dd>
							{s.expires && (
								<>
									<dt>{say(m.expires)}</dt>
									<dd>{say.moment(s.expires)}</dd>
								</>
							)}
							{s.fingerprint && (
								<>
									<dt>{say(m.fingerprint)}</dt>
									<dd>
										<Code>{s.fingerprint}</Code>
										<Text size="xs" c="dimmed">
											{say(own ? m.fingerprintAbout : m.fingerprintOwn)}
										</Text>
									</dd>
								</>
							)}
						</dl>
					</div>
					<Picture src="/api/v1/lan/qr.svg" alt={say(m.qr)} text={say(m.open)} />
				</div>
			</Part>
			{s.install && (
				<Part title={say(m.install)}>
					<div className={classes.two}>
						<div>
							<Text size="sm" mb="sm">
								{say(m.installAbout)}
							</Text>
							<Once label={say(m.installLink)} value={s.install} />
							<Button
								component="a"
								href={s.install}
								target="_blank"
								rel="noreferrer"
								variant="default"
								mt="sm"
							>
								{say(m.installOpen)}
							</Button>
						</div>
						<Picture src="/api/v1/lan/qr.svg?page=install" alt={say(m.installQr)} text={say(m.installQr)} />
					</div>
				</Part>
			)}
			{s.addresses.length > 0 && (
				<Part title={say(m.addresses)} about={say(m.addressesAbout)}>
					<ul className={classes.addresses}>
						{s.addresses.map((a) => (
							<li key={a}>
								<Code>{a}</Code>
							</li>
						))}
					</ul>
				</Part>
			)}
			{mayReset && <Reset of={s} />}
		</>
	);
}

function Picture({ src, alt, text }: { src: string; alt: string; text: string }) {
	return (
		<figure className={classes.qr} style={{ margin: 0 }}>
			<img src={src} alt={alt} width={160} height={160} />
			<Text component="figcaption" size="xs" c="dimmed">
				{text}
			</Text>
		</figure>
	);
}

function Reset({ of: s }: { of: Lan }) {
	const say = useSay();
	const client = useQueryClient();
	const [open, setOpen] = useState(false);
	const reset = useMutation({
		mutationFn: resetLan,
		onSuccess: () => {
			offer(say, say(m.wasReset));
			setOpen(false);
		},
		onSettled: () => client.invalidateQueries({ queryKey: lanQuery.queryKey }),
	});
	return (
		<Part title={say(m.reset)} about={say(m.resetAbout)}>
			<Group>
				<Button variant="default" color="red" onClick={() => setOpen(true)}>
					{say(m.reset)}
				</Button>
			</Group>
			<Dialog opened={open} onClose={() => setOpen(false)} title={say(m.resetTitle, { name: s.name })}>
				<Sure
					about={<Text size="sm">{say(m.resetAbout)}</Text>}
					name={s.name}
					action={say(m.resetNow)}
					failed={say(m.notReset)}
					error={reset.error}
					pending={reset.isPending}
					onDo={() => reset.mutate()}
					onKeep={() => setOpen(false)}
				/>
			</Dialog>
		</Part>
	);
}
