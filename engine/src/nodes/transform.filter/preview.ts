import type { TransformFilterConfig } from "@pipeline-engine/schemas/types";
import { type Drop, isTrue, type PreviewContext, type PreviewRow, type PreviewStep } from "../preview.ts";

/** Lets through the rows for which the predicate is true. */
export function previewFilter(context: PreviewContext<TransformFilterConfig>): PreviewStep {
  const where = context.row(["where"]);
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const outcome = where(row.values);
      if (isTrue(outcome)) main.push(row);
      else if ("failed" in outcome)
        dropped.push({
          row,
          input: 0,
          why: "dead-letter",
          code: "filter/failed",
          message: `the condition has no value for this row: ${outcome.failed}`,
        });
      else
        dropped.push({
          row,
          input: 0,
          why: "filtered",
          message: outcome.value === null ? "the condition is null" : "the condition is false",
        });
    }
    return { outputs: { main }, dropped };
  };
}
