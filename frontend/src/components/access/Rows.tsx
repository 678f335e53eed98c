/* biome-ignore-all lint/a11y/noRedundantRoles: laid out as cards, a table is one to a screen reader by its roles alone */
/* biome-ignore-all lint/a11y/useSemanticElements: the same */
import type { ReactNode } from "react";
import classes from "./access.module.css";

/** A table whose rows stand as cards on a narrow screen; the roles keep it a table there. */
export function Rows(props: { label: string; head: string[]; act?: string; children: ReactNode }) {
	return (
		<table className={classes.table} aria-label={props.label} role="table">
			<thead role="rowgroup" data-visually-hidden>
				<tr role="row">
					{props.head.map((h) => (
						<th key={h} scope="col" role="columnheader">
							{h}
						</th>
					))}
					{props.act && (
						<th scope="col" role="columnheader" aria-label={props.act}>
							{" "}
						</th>
					)}
				</tr>
			</thead>
			<tbody role="rowgroup">{props.children}</tbody>
		</table>
	);
}

/** One row: its first cell names it, the last does something with it. */
export function Row(props: { head: string[]; cells: ReactNode[]; act?: ReactNode; wide?: ReactNode }) {
	return (
		<>
			<tr role="row" data-open={props.wide !== undefined || undefined}>
				{props.cells.map((c, i) => (
					<td
						key={props.head[i]}
						role="cell"
						data-first={i === 0 || undefined}
						data-label={i === 0 ? undefined : props.head[i]}
						data-empty={c === "" || c === undefined || c === null || undefined}
					>
						{c}
					</td>
				))}
				{props.act !== undefined && (
					<td role="cell" data-act>
						{props.act}
					</td>
				)}
			</tr>
			{props.wide && (
				<tr role="row" data-wide>
					<td role="cell" colSpan={props.head.length + 1}>
						{props.wide}
					</td>
				</tr>
			)}
		</>
	);
}
