import type { TransformCheckConfig } from "@pipeline-engine/schemas/types";
import type { Column } from "../../column-type.ts";
import { printValue } from "../../expression/index.ts";
import type { NodeContext, NodeKind, Stream } from "../node-kind.ts";
import { failures, predicateAt } from "../predicates.ts";
import { previewCheck } from "./preview.ts";

type Context = NodeContext<TransformCheckConfig>;

/** Holds rows to named rules; what becomes of those that break one is for the user to say. */
export const transformCheck: NodeKind<TransformCheckConfig> = {
  type: "transform.check",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { else: "all", tag: "all" },
  outputs: (config) => ({ main: true, side: config.else === "output" ? ["broken"] : [] }),
  preview: previewCheck,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    const rules = Object.keys(config.rules).map(
      (name) =>
        [name, predicateAt(context, ["rules", name], { code: "check/not-boolean", subject: `The rule \`${name}\`` })] as const,
    );
    const failed = failures(rules);
    const tagged = makesTag(config) ? withTag(input, context) : input;
    return {
      output: config.else === "tag" ? tagged : input,
      ...(config.else === "output" && { outputs: { broken: tagged } }),
      part: {
        kind: "step",
        module: "check",
        arguments: {
          rules: Object.fromEntries(rules.map(([name, typed]) => [name, typed === undefined ? "" : printValue(typed)])),
          failed,
          otherwise: config.else,
          tag: makesTag(config) ? config.tag : null,
        },
        refuses: config.else === "dead-letter" || Object.keys(failed).length > 0,
      },
    };
  },
};

function makesTag(config: TransformCheckConfig): boolean {
  return config.else === "tag" || config.else === "output";
}

function withTag(input: Stream, { config, report }: Context): Stream {
  if (input.columns.some(({ name }) => name === config.tag)) {
    // Where the name is nobody's choice, what made the column is.
    report([config.tag === "broken_rules" ? "else" : "tag"], {
      code: "check/duplicate-column",
      message: `A column \`${config.tag}\` exists already.`,
      hint: "choose another name with `tag`",
    });
  }
  const tag: Column = { name: config.tag, type: { kind: "list", element: { kind: "string" } }, required: true };
  return { ...input, columns: [...input.columns, tag] };
}
