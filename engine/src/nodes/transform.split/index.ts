import type { TransformSplitConfig } from "@pipeline-engine/schemas/types";
import { printValue } from "../../expression/index.ts";
import type { NodeKind } from "../node-kind.ts";
import { failures, predicateAt } from "../predicates.ts";
import { previewSplit } from "./preview.ts";

/** Sends each row to the first output whose predicate is true. */
export const transformSplit: NodeKind<TransformSplitConfig> = {
  type: "transform.split",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  outputs: (config) => ({ main: false, side: namesOf(config) }),
  preview: previewSplit,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    const conditions = Object.keys(config.outputs).map(
      (name) =>
        [
          name,
          predicateAt(context, ["outputs", name], { code: "split/not-boolean", subject: `The condition of \`${name}\`` }),
        ] as const,
    );
    if (config.otherwise !== null && config.otherwise in config.outputs) {
      context.report(["otherwise"], {
        code: "split/duplicate-output",
        message: `\`${config.otherwise}\` is an output with a condition already.`,
        hint: "give the rows that no condition takes an output of their own",
      });
    }
    const failed = failures(conditions);
    return {
      outputs: Object.fromEntries(namesOf(config).map((name) => [name, input])),
      part: {
        kind: "step",
        module: "split",
        arguments: {
          outputs: Object.fromEntries(conditions.map(([name, typed]) => [name, typed === undefined ? "" : printValue(typed)])),
          otherwise: config.otherwise,
          failed,
        },
        refuses: Object.keys(failed).length > 0,
      },
    };
  },
};

function namesOf({ outputs, otherwise }: TransformSplitConfig): string[] {
  return [...Object.keys(outputs), ...(otherwise === null || otherwise in outputs ? [] : [otherwise])];
}
