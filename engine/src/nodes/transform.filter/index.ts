import type { TransformFilterConfig } from "@pipeline-engine/schemas/types";
import { printFailed, printValue, showType } from "../../expression/index.ts";
import type { NodeKind } from "../node-kind.ts";

/** Keeps the rows for which a predicate is true; false and null drop the row. */
export const transformFilter: NodeKind<TransformFilterConfig> = {
  type: "transform.filter",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  compile({ inputs: [input], expression, report }) {
    if (input === undefined) return {};
    const where = expression(["where"], input.columns, "row");
    if (where === undefined) return { output: input };
    if (where.type.kind !== "boolean" && where.type.kind !== "null") {
      report(["where"], {
        code: "filter/not-boolean",
        message: `\`where\` must be true or false, but this expression is of type ${showType(where.type)}.`,
        hint: "compare it with something, for example `> 0`",
      });
      return { output: input };
    }
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
