import { useEffect, useRef } from "react";
import { useSay } from "../../lib/say";
import classes from "./Invoice.module.css";
import { foundIn, type Picked, type ReadField, type Sheet } from "./invoice";
import { invoice as m } from "./messages";

/** The text as it was pasted, with what was found marked; that of the field in hand stands out. */
export function InvoiceText(props: { text: string; sheet: Sheet; picked: Picked; at?: ReadField }) {
	const say = useSay();
	const { text, at } = props;
	const box = useRef<HTMLElement>(null);
	useEffect(() => {
		const mark = at && box.current?.querySelector<HTMLElement>(`mark[data-field="${at}"]`);
		if (!mark || !box.current) return;
		// Only the text moves, never the form.
		box.current.scrollTop = mark.offsetTop - box.current.clientHeight / 2;
	}, [at]);
	const found = foundIn(text, props.sheet, props.picked);
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
		<section ref={box} className={classes.paper} tabIndex={0} aria-label={say(m.text)}>
			{found.map((f, i) => (
				<span key={f.from}>
					{text.slice(i === 0 ? 0 : found[i - 1]?.to, f.from)}
					<mark data-field={f.field} data-here={f.field === at || undefined}>
						{text.slice(f.from, f.to)}
					</mark>
				</span>
			))}
			{text.slice(found.at(-1)?.to ?? 0)}
		</section>
	);
}
