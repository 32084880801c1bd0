import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { catalogue, functionTable } from "../catalogue.ts";
import { contractOf, resolved } from "../contracts.ts";
import { useEditor } from "../state/editor.ts";

const KEYS: Completion[] = [
  { label: "id", detail: "the node's name", type: "property", apply: "id: " },
  { label: "type", detail: "what it does", type: "property", apply: "type: " },
  { label: "from", detail: "what it reads", type: "property", apply: "from: " },
  { label: "config", detail: "its settings", type: "property", apply: "config:" },
  { label: "description", detail: "a note", type: "property", apply: "description: " },
];

/** Node types behind `type:`, ids behind `from:`, settings of the node's type, columns and functions in expressions. */
export function completeYaml(context: CompletionContext): CompletionResult | null {
  const { text, from } = lineBefore(context);
  const typed = /type:\s*([\w.]*)$/.exec(text);
  if (typed?.[1] !== undefined)
    return result(
      context.pos - typed[1].length,
      catalogue().map((entry) => ({ label: entry.type, detail: entry.title, info: entry.description, type: "class" })),
    );
  const read = /from:\s*\[?(?:[\w.]+,\s*)*([\w.]*)$/.exec(text);
  const { picture } = useEditor.getState();
  if (read?.[1] !== undefined) {
    const ids = (picture?.nodes ?? []).flatMap(({ id, side, type }) =>
      [id, ...side.map((name) => `${id}.${name}`)].map((label) => ({ label, detail: type, type: "variable" })),
    );
    return result(context.pos - read[1].length, ids);
  }
  // What is begun below a node belongs to it.
  const node = picture?.nodes.findLast((one) => one.from <= from + text.length);
  const key = /^\s*(?:- )?(\w*)$/.exec(text);
  if (key?.[1] !== undefined && (context.explicit || key[1] !== "")) {
    const settings = Object.entries(contractOf(node?.type ?? "")?.properties ?? {}).map(([label, schema]): Completion => {
      const { title = "", description } = resolved(schema);
      return {
        label,
        detail: title,
        ...(description !== undefined && { info: description }),
        type: "property",
        apply: `${label}: `,
      };
    });
    return result(context.pos - key[1].length, [...KEYS, ...settings]);
  }
  const word = context.matchBefore(/[\w.]+$/);
  if (node === undefined || (word === null && !context.explicit)) return null;
  const columns = node.reads.flat().map(({ name }): Completion => ({ label: name, detail: "column", type: "variable" }));
  const functions = functionTable().map(
    (entry): Completion => ({
      label: entry.name,
      detail: entry.signature,
      info: entry.doc,
      type: "function",
      apply: `${entry.name}(`,
    }),
  );
  return result(word?.from ?? context.pos, [...columns, ...functions]);
}

function result(from: number, options: Completion[]): CompletionResult {
  return { from, options, validFor: /^[\w.]*$/ };
}

function lineBefore({ state, pos }: CompletionContext): { text: string; from: number } {
  const line = state.doc.lineAt(pos);
  return { text: line.text.slice(0, pos - line.from), from: line.from };
}
