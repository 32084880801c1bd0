import type { ColumnType } from "../column-type.ts";
import { type Row, readPlain, toPlain, type Value } from "../expression/index.ts";
import type { Drop, PreviewContext, PreviewRow, PreviewStep } from "./preview.ts";

/** How a preview gets from rows to rows by a function in Python. */
export interface FunctionPreview {
  /** The function's module in `spark-templates/`, such as `texts.keywords`. */
  word: string;
  arguments: Record<string, unknown>;
  /** The file beside the spec that it is made of. */
  file?: string;
  /** What it is given of a row, in a form that JSON holds; null is its own result. */
  given(values: Row): unknown;
  /** The type of what it gives. */
  returns: ColumnType;
  /** The row with the result in it. */
  put(values: Row, result: Value): Row;
  /** The dead letter of a row on which it failed. */
  refusal(failed: string): { code: string; message: string };
}

/** Runs a function in Python on every row; undefined where none is at hand. */
export function previewFunction({ python }: PreviewContext<unknown>, preview: FunctionPreview): PreviewStep | undefined {
  if (python === undefined) return undefined;
  return async ([batch]) => {
    const rows = batch?.rows ?? [];
    const given = rows.map(({ values }) => preview.given(values));
    const outcomes = rows.length === 0 ? [] : await python(preview, given);
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    rows.forEach((row, i) => {
      const { value = null, failed = null } = outcomes[i] ?? {};
      if (failed !== null) dropped.push({ row, input: 0, why: "dead-letter", ...preview.refusal(failed) });
      else main.push({ ...row, values: preview.put(row.values, resultOf(preview, value)) });
    });
    return { outputs: { main }, dropped, ...(batch?.watermark && { watermark: batch.watermark }) };
  };
}

/** A value in a form that JSON holds, the sign of a zero too. */
export function plainGiven(type: ColumnType, value: Value): unknown {
  return Object.is(value, -0) ? "-0.0" : toPlain(type, value);
}

function resultOf({ word, returns }: FunctionPreview, value: unknown): Value {
  const read = readPlain(returns, value);
  if ("mistake" in read) throw new Error(`${word}.py gave something else than it should: ${read.mistake}`);
  return read.value;
}
