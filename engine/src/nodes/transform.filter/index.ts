import type { TransformFilterConfig } from "@pipeline-engine/schemas/types";
import { printFailed, printValue } from "../../expression/index.ts";
import type { NodeKind } from "../node-kind.ts";
import { predicateAt } from "../predicates.ts";
import { previewFilter } from "./preview.ts";

/** Keeps the rows for which a predicate is true; false and null drop the row. */
export const transformFilter: NodeKind<TransformFilterConfig> = {
  type: "transform.filter",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  preview: previewFilter,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const where = predicateAt(context, ["where"], { code: "filter/not-boolean", subject: "`where`" });
    if (where === undefined) return { output: input };
    const failed = printFailed(where);
    return {
      output: input,
      part: {
        kind: "step",
        module: "filter",
        arguments: { where: printValue(where), failed: failed ?? null },
        refuses: failed !== undefined,
      },
    };
  },
};
