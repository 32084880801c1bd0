import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Text } from "@codemirror/state";
import { catalogue } from "../catalogue.ts";
import type { PictureNode } from "../compile/picture.ts";
import { resolved, type Schema } from "../contracts.ts";
import { pathsOf } from "../form/columns-of.ts";
import { schemaAt } from "../schema-at.ts";
import { useEditor } from "../state/editor.ts";
import { codeTexts } from "../texts/code.ts";
import { expressionOptions } from "./complete-expression.ts";

const KEYS: Completion[] = [
  { label: "id", detail: codeTexts.keys.id, type: "property", apply: "id: " },
  { label: "type", detail: codeTexts.keys.type, type: "property", apply: "type: " },
  { label: "from", detail: codeTexts.keys.from, type: "property", apply: "from: " },
  { label: "config", detail: codeTexts.keys.config, type: "property", apply: "config:" },
  { label: "description", detail: codeTexts.keys.description, type: "property", apply: "description: " },
];

/** Node types behind `type:`, ids behind `from:`, settings by where they stand, and what a setting takes: its choices, columns, an expression. */
export function completeYaml(context: CompletionContext): CompletionResult | null {
  const { text, from, number } = lineBefore(context);
  const typed = /type:\s*([\w.]*)$/.exec(text);
  const { picture } = useEditor.getState();
  // What is begun below a node belongs to it.
  const node = picture?.nodes.findLast((one) => one.from <= from + text.length);
  const around = keysAround(context.state.doc, number, text);
  if (typed?.[1] !== undefined && around.length === 0)
    return result(
      context.pos - typed[1].length,
      catalogue().map((entry) => ({ label: entry.type, detail: entry.title, info: entry.description, type: "class" })),
    );
  const read = /from:\s*(?:\[?(?:[\w.]+,\s*)*|\{.*\w+:\s*)([\w.]*)$/.exec(text);
  if (read?.[1] !== undefined && around[0] !== "config") {
    const ids = (picture?.nodes ?? []).flatMap(({ id, side, type }) =>
      [id, ...side.map((name) => `${id}.${name}`)].map((label) => ({ label, detail: type, type: "variable" })),
    );
    return result(context.pos - read[1].length, ids);
  }
  if (node === undefined) return null;
  const value = /(?:^|[\s{,-])([\w.-]+):\s+(?:\[(?:[^\]]*,\s*)?)?([^\s,{}[\]]*)$/.exec(text);
  if (value?.[1] !== undefined && around[0] === "config")
    return valuesOf(context, node, schemaAt(node.type, [...around.slice(1), value[1]]), value[2] ?? "");
  const key = /(?:^\s*(?:- )?|[{,]\s*)([\w-]*)$/.exec(text);
  if (key?.[1] !== undefined && (context.explicit || key[1] !== "")) {
    const settings = around[0] === "config" ? settingsOf(schemaAt(node.type, around.slice(1))) : KEYS;
    return result(context.pos - key[1].length, settings);
  }
  const word = context.matchBefore(/[\w.]+$/);
  if (word === null && !context.explicit) return null;
  return result(word?.from ?? context.pos, expressionOptions(node.reads.flat()));
}

function settingsOf(schema: Schema | undefined): Completion[] {
  return Object.entries(schema?.properties ?? {}).map(([label, property]) => {
    const { title = "", description, type } = resolved(property);
    const isMap = [type].flat().includes("object");
    const info = description === undefined ? {} : { info: description };
    return { label, detail: title, type: "property", apply: isMap ? `${label}:` : `${label}: `, ...info };
  });
}

/** What a setting takes, as far as it can be listed. */
function valuesOf(
  context: CompletionContext,
  node: PictureNode,
  schema: Schema | undefined,
  typed: string,
): CompletionResult | null {
  const columns = node.reads.flat();
  const one = [schema?.type].flat().includes("array") ? resolved(schema?.items ?? {}) : schema;
  const plain = (values: readonly unknown[]) => values.map((label) => ({ label: String(label), type: "enum" }));
  if (one?.enum !== undefined) return result(context.pos - typed.length, plain(one.enum));
  if ([one?.type].flat().includes("boolean")) return result(context.pos - typed.length, plain([true, false]));
  if (one?.["x-widget"] === "column")
    return result(
      context.pos - typed.length,
      pathsOf(columns).map(({ path, type }) => ({ label: path, detail: type, type: "variable" })),
    );
  if (one?.["x-widget"] !== "expression") return null;
  const word = context.matchBefore(/[\w.]+$/);
  if (word === null && !context.explicit) return null;
  return result(word?.from ?? context.pos, expressionOptions(columns));
}

/** The keys of a node within which a place stands, such as `["config", "window"]`: by indentation, as a text that is being typed can seldom be read. */
function keysAround(doc: Text, number: number, text: string): string[] {
  const keys: string[] = [];
  let column = indentOf(text);
  for (let line = number - 1; line > 0 && column > 0; line--) {
    const { text: above } = doc.line(line);
    const found = /^(\s*(?:- )?)([\w.-]+):(?:\s|$)/.exec(above);
    if (found === null || indentOf(above) >= column) continue;
    column = indentOf(above);
    if (found[2] === "nodes" || found[2] === "steps") break;
    keys.unshift(found[2] ?? "");
    if (found[2] === "config") break;
  }
  // Braces that are open in the line itself.
  for (const [, key] of text.replace(/\{[^{}]*\}/g, "").matchAll(/([\w.-]+):\s*\{/g)) keys.push(key ?? "");
  return keys[0] === "config" ? keys : keys.includes("config") ? keys.slice(keys.indexOf("config")) : [];
}

/** The column at which a line's own text begins, behind a dash. */
function indentOf(text: string): number {
  return /^\s*(?:- )?/.exec(text)?.[0].length ?? 0;
}

function result(from: number, options: Completion[]): CompletionResult {
  return { from, options, validFor: /^[\w.]*$/ };
}

function lineBefore({ state, pos }: CompletionContext): { text: string; from: number; number: number } {
  const line = state.doc.lineAt(pos);
  return { text: line.text.slice(0, pos - line.from), from: line.from, number: line.number };
}
