import type { TransformSelectConfig } from "@pipeline-engine/schemas/types";
import { type Drop, type PreviewContext, type PreviewRow, type PreviewStep, rowOf } from "../preview.ts";

/** Makes the columns of the output one by one; the first that fails refuses the row. */
export function previewSelect(context: PreviewContext<TransformSelectConfig>): PreviewStep {
  const { config, output } = context;
  const columns = output?.columns ?? [];
  const formerName = new Map(Object.entries(config.rename).map(([from, to]) => [to, from]));
  const computed = new Map(Object.keys(config.compute).map((name) => [name, context.row(["compute", name])]));
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      let failed: string | undefined;
      const values = rowOf(columns, (name) => {
        const outcome = computed.get(name)?.(row.values);
        if (outcome === undefined) return row.values[formerName.get(name) ?? name] ?? null;
        if ("value" in outcome) return outcome.value;
        failed ??= `column \`${name}\` has no value for this row: ${outcome.failed}`;
        return null;
      });
      if (failed === undefined) main.push({ ...row, values });
      else dropped.push({ row, input: 0, why: "dead-letter", code: "select/failed", message: failed });
    }
    return { outputs: { main }, dropped };
  };
}
