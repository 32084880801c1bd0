import type { TransformHttpConfig } from "@pipeline-engine/schemas/types";
import { columnAt } from "../../column-type.ts";
import { compareValues, type Row, toPlain } from "../../expression/index.ts";
import { type GivenAnswer, NothingGiven } from "../given.ts";
import { type Drop, type PreviewContext, type PreviewRow, type PreviewStep, rowOf, valueAlong } from "../preview.ts";
import { askedOf } from "./asked.ts";

/** Adds what the endpoint is given to answer. */
export function previewHttp({
  id,
  config,
  inputs,
  output,
  answers,
}: PreviewContext<TransformHttpConfig>): PreviewStep | undefined {
  if (answers === undefined) return undefined;
  const asked = askedOf(config);
  const added = new Set(asked.columns.map(({ name }) => name));
  const withAnswer = (row: PreviewRow, answer?: Row): PreviewRow => ({
    ...row,
    values: rowOf(output?.columns ?? [], (name) => (added.has(name) ? (answer?.[name] ?? null) : (row.values[name] ?? null))),
  });
  const told = (row: Row) =>
    JSON.stringify(
      Object.fromEntries(
        asked.told.map((path) => {
          const type = columnAt(inputs[0]?.columns ?? [], path.split("."))?.type;
          return [path, type && toPlain(type, valueAlong(row, path))];
        }),
      ),
    );
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      if (asked.inAddress.some((path) => valueAlong(row.values, path) === null)) {
        main.push(withAnswer(row));
        continue;
      }
      const outcome = answers.find((answer) => fits(answer, row.values))?.outcome;
      if (outcome === undefined) throw new NothingGiven(id, `no answer is given for ${told(row.values)}`);
      if ("row" in outcome) main.push(withAnswer(row, outcome.row));
      else if ((outcome.code === "http/away" ? asked.whenAway : asked.onError) === "keep") main.push(withAnswer(row));
      else dropped.push({ row, input: 0, why: "dead-letter", ...outcome });
    }
    return { outputs: { main }, dropped };
  };
}

function fits({ when }: GivenAnswer, row: Row): boolean {
  return when.every(({ path, type, value }) => compareValues(type, valueAlong(row, path), value) === 0);
}
