import type { TransformSentimentConfig } from "@pipeline-engine/schemas/types";
import type { NodeKind } from "../node-kind.ts";
import { previewTexts, withFields } from "../preview-texts.ts";
import { refuseTaken, textAt } from "../texts.ts";

/** Judges how an English text feels: a label and a score. */
export const transformSentiment: NodeKind<TransformSentimentConfig> = {
  type: "transform.sentiment",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { label: "all", score: "all" },
  previewNeeds: "Python with VADER, which the first run sets up",
  preview(context) {
    const { text, label, score, neutral } = context.config;
    return previewTexts(context, {
      word: "sentiment",
      arguments: { neutral },
      text,
      ...withFields({ [label]: ["label", { kind: "string" }], [score]: ["score", { kind: "double" }] }),
    });
  },
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { text, label, score, neutral } = context.config;
    const required = textAt(context, text, "judge")?.required ?? false;
    refuseTaken(context, { label, score });
    return {
      output: {
        ...input,
        columns: [
          ...input.columns,
          { name: label, type: { kind: "string" }, required },
          { name: score, type: { kind: "double" }, required },
        ],
      },
      part: {
        kind: "step",
        module: "sentiment",
        arguments: { text, label, score, neutral },
        refuses: true,
        packages: ["vader"],
      },
    };
  },
};
