import type { TransformSplitConfig } from "@pipeline-engine/schemas/types";
import { type Drop, isTrue, type PreviewContext, type PreviewRow, type PreviewStep } from "../preview.ts";

/** Asks the conditions in their order; the first that is true, or fails, decides. */
export function previewSplit(context: PreviewContext<TransformSplitConfig>): PreviewStep {
  const { outputs, otherwise } = context.config;
  const conditions = Object.keys(outputs).map((name) => [name, context.row(["outputs", name])] as const);
  const names = [...Object.keys(outputs), ...(otherwise === null ? [] : [otherwise])];
  return ([batch]) => {
    const taken = new Map<string, PreviewRow[]>(names.map((name) => [name, []]));
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const way = wayOf(row, conditions) ?? otherwise;
      if (typeof way === "string") taken.get(way)?.push(row);
      else dropped.push(way === null ? { row, input: 0, why: "filtered", message: "no condition is true" } : way);
    }
    return { outputs: Object.fromEntries(taken), dropped };
  };
}

function wayOf(
  row: PreviewRow,
  conditions: (readonly [string, ReturnType<PreviewContext<unknown>["row"]>])[],
): string | Drop | undefined {
  for (const [name, condition] of conditions) {
    const outcome = condition(row.values);
    if (isTrue(outcome)) return name;
    if ("failed" in outcome) {
      const message = `the condition of \`${name}\` has no value for this row: ${outcome.failed}`;
      return { row, input: 0, why: "dead-letter", code: "split/failed", message };
    }
  }
  return undefined;
}
