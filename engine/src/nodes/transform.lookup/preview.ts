import type { TransformLookupConfig } from "@pipeline-engine/schemas/types";
import type { Row } from "../../expression/index.ts";
import { type Drop, type PreviewContext, type PreviewRow, type PreviewStep, rowOf, valueAlong } from "../preview.ts";
import { keyText, readRows, tableColumns } from "./table.ts";

/** Adds the columns of the table's row with the same key. */
export function previewLookup({ config, output, table }: PreviewContext<TransformLookupConfig>): PreviewStep | undefined {
  const columns = tableColumns(config, () => {}) ?? [];
  const rows = table ?? (config.rows === null ? undefined : readRows(config, columns, () => {}));
  if (rows === undefined) return undefined;
  const pairs = Object.entries(config.on);
  const byKey = new Map(rows.map((row) => [keyText(pairs.map(([, name]) => row[name] ?? null)), row]));
  const keys = new Set(Object.values(config.on));
  const names = new Map(columns.filter(({ name }) => !keys.has(name)).map(({ name }) => [config.prefix + name, name] as const));
  const withFound = (row: PreviewRow, found: Row | undefined): PreviewRow => ({
    ...row,
    values: rowOf(output?.columns ?? [], (name) => {
      const from = names.get(name);
      return from === undefined ? (row.values[name] ?? null) : (found?.[from] ?? null);
    }),
  });
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const values = pairs.map(([path]) => valueAlong(row.values, path));
      const found = values.includes(null) ? undefined : byKey.get(keyText(values));
      if (found !== undefined || config.missing === "keep") main.push(withFound(row, found));
      else dropped.push(refusal(row, config));
    }
    return { outputs: { main }, dropped };
  };
}

function refusal(row: PreviewRow, { on, missing }: TransformLookupConfig): Drop {
  const paths = Object.keys(on).map((path) => `\`${path}\``);
  const message = `the table has no row for ${paths.join(", ")}`;
  return missing === "drop"
    ? { row, input: 0, why: "filtered", message }
    : { row, input: 0, why: "dead-letter", code: "lookup/missing", message };
}
