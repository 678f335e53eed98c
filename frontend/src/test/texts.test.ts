// Every text of the app stands in a catalogue, gets what it needs, and is
// laid out without left and right: so that a second language is a file.
import fs from "node:fs";
import path from "node:path";
import type { MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { IntlMessageFormat } from "intl-messageformat";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { Message } from "../lib/catalogue";

const root = path.resolve(import.meta.dirname, "..");
/** The files below src that end so, by their path from here. */
const ending = (end: RegExp) =>
	Object.fromEntries(
		fs
			.readdirSync(root, { recursive: true, encoding: "utf8" })
			.filter((f) => end.test(f))
			.map((f) => [`../${f}`, fs.readFileSync(path.join(root, f), "utf8")]),
	);
const sheets = ending(/\.css$/);
const modules = {
	...import.meta.glob<Record<string, unknown>>("../**/messages.ts", { eager: true }),
	...import.meta.glob<Record<string, unknown>>("../lib/{format,keymap}.ts", { eager: true }),
};

const files = Object.entries(ending(/\.tsx?$/))
	.filter(([name]) => !/\.test\.|api\.gen|^\.\.\/test\//.test(name))
	.map(([name, text]) =>
		ts.createSourceFile(
			name,
			text,
			ts.ScriptTarget.Latest,
			true,
			name.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
		),
	);

const isCatalogue = (v: unknown): v is Record<string, Message> =>
	typeof v === "object" &&
	v !== null &&
	Object.values(v).length > 0 &&
	Object.values(v).every((x) => typeof x?.id === "string" && typeof x?.text === "string");

const messages = Object.values(modules).flatMap((exports) =>
	Object.values(exports)
		.filter(isCatalogue)
		.flatMap((c) => Object.values(c)),
);

/** Calls visit for a node and everything in it. */
function walk(node: ts.Node, visit: (n: ts.Node) => void): void {
	visit(node);
	node.forEachChild((n) => walk(n, visit));
}

const place = (n: ts.Node) => {
	const { line } = n.getSourceFile().getLineAndCharacterOfPosition(n.getStart());
	return `${n.getSourceFile().fileName}:${line + 1}: ${n.getText().trim().slice(0, 60)}`;
};

const shown = [
	"aria-label",
	"placeholder",
	"title",
	"label",
	"description",
	"alt",
	"aria-description",
	"heading",
];
// What stands in these is code or a key, the same in every language.
const verbatim = ["code", "Code", "Kbd"];

/** The literals that an expression may come to. */
function literals(e: ts.Node): ts.Node[] {
	if (ts.isStringLiteral(e) || ts.isNoSubstitutionTemplateLiteral(e)) return /\p{L}/u.test(e.text) ? [e] : [];
	if (ts.isTemplateExpression(e)) {
		const pieces = [e.head.text, ...e.templateSpans.map((s) => s.literal.text)];
		return pieces.some((t) => /\p{L}/u.test(t)) ? [e] : [];
	}
	if (ts.isConditionalExpression(e)) return [...literals(e.whenTrue), ...literals(e.whenFalse)];
	if (ts.isBinaryExpression(e)) return literals(e.right);
	if (ts.isParenthesizedExpression(e)) return literals(e.expression);
	return [];
}

function outside(file: ts.SourceFile): string[] {
	const found: string[] = [];
	const add = (nodes: ts.Node[]) => found.push(...nodes.map(place));
	walk(file, (n) => {
		if (ts.isJsxText(n) && /\p{L}/u.test(n.text)) {
			const parent = ts.isJsxElement(n.parent) ? n.parent.openingElement.tagName.getText() : "";
			if (!verbatim.includes(parent)) add([n]);
		}
		if (ts.isJsxExpression(n) && !ts.isJsxAttribute(n.parent) && n.expression) add(literals(n.expression));
		const named = ts.isJsxAttribute(n) || ts.isPropertyAssignment(n);
		if (named && n.initializer && shown.includes(n.name.getText().replaceAll(/["']/g, ""))) {
			const value = ts.isJsxExpression(n.initializer) ? n.initializer.expression : n.initializer;
			if (value) add(literals(value));
		}
	});
	return found;
}

/** The names of the values that a message needs. */
function needs(ast: MessageFormatElement[]): string[] {
	return ast.flatMap((e) => {
		if (e.type === 0 || !("value" in e)) return [];
		const inner = "options" in e ? Object.values(e.options).flatMap((o) => needs(o.value)) : [];
		return [e.value, ...inner, ...("children" in e ? needs(e.children) : [])];
	});
}

describe("texts", () => {
	it("stand in a catalogue, every one", () => {
		// Samples of formats and VINs are the same in every language; what api.ts says of a hub that
		// does not answer, FailureNote words.
		const known = /preferences\.ts:|messages\.ts:|lib\/api\.ts:|: "[A-Z0-9]{17}"$/;
		expect(files.flatMap(outside).filter((f) => !known.test(f))).toEqual([]);
	});

	it("have a name each, and can be read", () => {
		expect(messages.length).toBeGreaterThan(300);
		expect(new Set(messages.map((m) => m.id)).size).toBe(messages.length);
		for (const m of messages) expect(() => new IntlMessageFormat(m.text, "en"), m.id).not.toThrow();
	});

	it("are given every value that they need", () => {
		const byName = new Map(messages.map((m) => [m.id, m]));
		const short: string[] = [];
		for (const file of files) {
			const catalogues = new Map<string, Record<string, Message>>();
			for (const s of file.statements) {
				if (!ts.isImportDeclaration(s) || !ts.isStringLiteral(s.moduleSpecifier)) continue;
				if (!s.moduleSpecifier.text.endsWith("/messages")) continue;
				const from = new URL(
					`${s.moduleSpecifier.text}.ts`,
					`file:///${file.fileName.replace("../", "src/")}`,
				);
				const exports = modules[from.pathname.replace("/src/", "../")];
				const names = s.importClause?.namedBindings;
				if (!exports || !names || !ts.isNamedImports(names)) continue;
				for (const e of names.elements) {
					const c = exports[(e.propertyName ?? e.name).text];
					if (isCatalogue(c)) catalogues.set(e.name.text, c);
				}
			}
			walk(file, (n) => {
				if (!ts.isCallExpression(n) || !/^say(\.rich)?$/.test(n.expression.getText())) return;
				const [which, values] = n.arguments;
				const given =
					values && ts.isObjectLiteralExpression(values)
						? values.properties.map((p) => p.name?.getText() ?? "...")
						: [];
				if (values && (!ts.isObjectLiteralExpression(values) || given.includes("..."))) return;
				walk(which ?? n, (a) => {
					if (!ts.isPropertyAccessExpression(a)) return;
					const m = catalogues.get(a.expression.getText())?.[a.name.text];
					if (!m || !byName.has(m.id)) return;
					for (const name of needs(new IntlMessageFormat(m.text, "en").getAst()))
						if (!given.includes(name)) short.push(`${place(n)} lacks ${name}`);
				});
			});
		}
		expect(short).toEqual([]);
	});
});

it("is laid out by start and end, not by left and right", () => {
	const sided =
		/(^|[\s;{])(left|right)\s*:|(margin|padding|border)-(left|right)|text-align:\s*(left|right)|float:\s*(left|right)/;
	const inline =
		/\b(margin|padding|border)(Left|Right)\b|\b(left|right): ?\d|textAlign: "(left|right)"|\bta="(left|right)"/;
	const found = [
		...Object.entries(sheets).filter(([, css]) => sided.test(css)),
		...files.map((f) => [f.fileName, f.text] as const).filter(([, text]) => inline.test(text)),
	].map(([name]) => name);
	expect(Object.keys(sheets).length).toBeGreaterThan(10);
	expect(found).toEqual([]);
});
