import type { TransformKeywordsConfig } from "@pipeline-engine/schemas/types";
import type { ColumnType } from "../../column-type.ts";
import type { NodeKind, PythonValue } from "../node-kind.ts";
import { previewTexts } from "../preview-texts.ts";
import { refuseTaken, textAt } from "../texts.ts";

const TERMS: ColumnType = { kind: "list", element: { kind: "string" } };

/** Finds the terms that a text is about. */
export const transformKeywords: NodeKind<TransformKeywordsConfig> = {
  type: "transform.keywords",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { into: "all" },
  previewNeeds: "Python, which the first run sets up",
  preview(context) {
    const { text, into } = context.config;
    return previewTexts(context, {
      word: "keywords",
      arguments: argumentsOf(context.config),
      returns: TERMS,
      text,
      put: (values, result) => Object.assign(Object.create(null), values, { [into]: result }),
    });
  },
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { text, into } = context.config;
    const required = textAt(context, text, "read")?.required ?? false;
    refuseTaken(context, { into });
    return {
      output: { ...input, columns: [...input.columns, { name: into, type: TERMS, required }] },
      part: { kind: "step", module: "keywords", arguments: { text, into, ...argumentsOf(context.config) }, refuses: true },
    };
  },
};

function argumentsOf({ most, words, stopWords }: TransformKeywordsConfig): Record<string, PythonValue> {
  return { most, words, ...(stopWords.length > 0 && { stop_words: stopWords }) };
}
