import type { TransformLanguageConfig } from "@pipeline-engine/schemas/types";
import { didYouMean } from "../../diagnostic.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";
import { previewTexts, withFields } from "../preview-texts.ts";
import { refuseTaken, textAt } from "../texts.ts";

/** What lingua 2.1 knows, by ISO 639-1. */
const KNOWN = new Set(
  (
    "af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gu he hi hr hu hy id is it ja ka kk ko la lg lt lv mi mk mn mr ms nb nl nn pa pl pt ro ru " +
    "sk sl sn so sq sr st sv sw ta te th tl tn tr ts uk ur vi xh yo zh zu"
  ).split(" "),
);

/** Tells in which of some languages a text is written. */
export const transformLanguage: NodeKind<TransformLanguageConfig> = {
  type: "transform.language",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { code: "all", confidence: "all" },
  previewNeeds: "Python with lingua, which the first run sets up",
  preview(context) {
    const { text, code, confidence, among, least } = context.config;
    return previewTexts(context, {
      word: "language",
      arguments: { among, least },
      text,
      ...withFields({ [code]: ["code", { kind: "string" }], [confidence]: ["confidence", { kind: "double" }] }),
    });
  },
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { text, code, confidence, among, least } = context.config;
    const required = textAt(context, text, "read")?.required ?? false;
    refuseTaken(context, { code, confidence });
    refuseUnknown(context);
    return {
      output: {
        ...input,
        columns: [
          ...input.columns,
          { name: code, type: { kind: "string" }, required: false },
          { name: confidence, type: { kind: "double" }, required },
        ],
      },
      part: {
        kind: "step",
        module: "language",
        arguments: { text, code, confidence, among, least },
        refuses: true,
        packages: ["lingua"],
      },
    };
  },
};

function refuseUnknown({ config, report }: NodeContext<TransformLanguageConfig>): void {
  config.among.forEach((code, i) => {
    if (KNOWN.has(code)) return;
    const hint = didYouMean(code, KNOWN) ?? `there are ${[...KNOWN].join(", ")}`;
    report(["among", i], { code: "language/unknown", message: `\`${code}\` is no language that can be told.`, hint });
  });
}
