import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Column } from "@pipeline-engine/engine/core";
import { functionTable } from "../catalogue.ts";
import { pathsOf } from "../form/columns-of.ts";

/** Columns with their types, and functions with their signatures and what they do. Columns come first. */
export function completeExpression(context: CompletionContext, columns: readonly Column[]): CompletionResult | null {
  const word = context.matchBefore(/[\w.]+$/);
  if (word === null && !context.explicit) return null;
  const isText = (context.state.doc.sliceString(0, context.pos).match(/'/g)?.length ?? 0) % 2 === 1;
  if (isText) return null;
  return { from: word?.from ?? context.pos, options: expressionOptions(columns), validFor: /^[\w.]*$/ };
}

/** What can be named in an expression over these columns. */
export function expressionOptions(columns: readonly Column[]): Completion[] {
  const paths = pathsOf(columns).map(({ path, type }): Completion => ({ label: path, detail: type, type: "variable", boost: 1 }));
  const functions = functionTable().map(
    ({ name, signature, doc }): Completion => ({
      ...{ label: name, detail: signature.slice(name.length), info: doc, type: "function" },
      apply: `${name}(`,
    }),
  );
  return [...paths, ...functions];
}
