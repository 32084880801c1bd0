import type { TransformExplodeConfig } from "@pipeline-engine/schemas/types";
import type { Value } from "../../expression/index.ts";
import { lastStep } from "../paths.ts";
import { type Drop, type PreviewContext, type PreviewRow, type PreviewStep, rowOf, valueAlong } from "../preview.ts";

/** Makes a row of every element; a row without any is dropped, or stays with the index -1. */
export function previewExplode({ config, output }: PreviewContext<TransformExplodeConfig>): PreviewStep {
  const columns = output?.columns ?? [];
  const element = config.as ?? lastStep(config.list);
  const withElement = (row: PreviewRow, value: Value, index: number): PreviewRow => ({
    ...row,
    values: rowOf(columns, (name) => {
      if (name === element) return value;
      return name === config.index ? index : (row.values[name] ?? null);
    }),
  });
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const list = (valueAlong(row.values, config.list) ?? []) as Value[];
      list.forEach((value, index) => {
        main.push(withElement(row, value, index));
      });
      if (list.length > 0) continue;
      if (config.empty === "keep") main.push(withElement(row, null, -1));
      else dropped.push({ row, input: 0, why: "filtered", message: `\`${config.list}\` has no element` });
    }
    return { outputs: { main }, dropped };
  };
}
