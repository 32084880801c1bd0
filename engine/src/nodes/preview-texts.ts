import type { ColumnType } from "../column-type.ts";
import type { Row, Value } from "../expression/index.ts";
import { type PreviewContext, type PreviewStep, valueAlong } from "./preview.ts";
import { previewFunction } from "./preview-functions.ts";

/** How the preview of a text step gets from texts to columns. */
export interface TextPreview {
  /** The function's name in `spark-templates/texts/`. */
  word: string;
  arguments: Record<string, unknown>;
  /** The type of what it gives for one text. */
  returns: ColumnType;
  /** The path to the text. */
  text: string;
  /** The row with the result in it. */
  put(values: Row, result: Value): Row;
}

/** For a function that gives several results: new column → field of the result, and its type. */
export function withFields(columns: Record<string, [field: string, type: ColumnType]>): Pick<TextPreview, "returns" | "put"> {
  const fields = Object.values(columns).map(([name, type]) => ({ name, type, required: false }));
  return {
    returns: { kind: "struct", fields },
    put(values, result) {
      const told = Object.entries(columns).map(([column, [field]]) => [column, (result as Row | null)?.[field] ?? null] as const);
      return Object.assign(Object.create(null), values, Object.fromEntries(told));
    },
  };
}

/** Runs a function of `texts/` on every row; undefined where no Python is at hand. */
export function previewTexts(context: PreviewContext<unknown>, { text, put, ...preview }: TextPreview): PreviewStep | undefined {
  return previewFunction(context, {
    ...preview,
    word: `texts.${preview.word}`,
    given: (values) => valueAlong(values, text),
    refusal: (failed) => ({ code: "texts/failed", message: `\`${text}\`: ${failed}` }),
    put,
  });
}
