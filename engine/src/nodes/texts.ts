import { type Column, type ColumnType, columnAt, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import { type Row, readPlain, type Value } from "../expression/index.ts";
import type { NodeContext } from "./node-kind.ts";
import { columnPaths } from "./paths.ts";
import { type PreviewContext, type PreviewRow, type PreviewStep, valueAlong } from "./preview.ts";

/** What the rooms of text steps share. `spark-templates/texts/<word>.py` holds the function of one text. */
type Context<Config> = Pick<NodeContext<Config>, "inputs" | "report">;

/** The column of text at a path; reports one that is not there or is no text. `verb`: `clean`. */
export function textAt({ inputs, report }: Context<unknown>, path: string, verb: string): Column | undefined {
  const columns = inputs[0]?.columns ?? [];
  const column = columnAt(columns, path.split("."));
  if (column === undefined) {
    const hint = didYouMean(path, columnPaths(columns));
    report(["text"], {
      code: "texts/unknown-column",
      message: `There is no column \`${path}\` to ${verb}.`,
      ...(hint && { hint }),
    });
  } else if (column.type.kind !== "string") {
    report(["text"], {
      code: "texts/wrong-type",
      message: `This node is there to ${verb} a text, but \`${path}\` is of type ${showType(column.type)}.`,
      hint: "name a column of type string, or a field of this one",
    });
  }
  return column;
}

/** Reports a new column that has the name of another. `names`: setting → name. */
export function refuseTaken({ inputs, report }: Context<unknown>, names: Record<string, string>): void {
  const taken = new Set(inputs[0]?.columns.map(({ name }) => name));
  for (const [setting, name] of Object.entries(names)) {
    if (taken.has(name))
      report([setting], {
        code: "texts/duplicate-column",
        message: `A column \`${name}\` exists already.`,
        hint: "choose another name",
      });
    taken.add(name);
  }
}

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
export function previewTexts({ texts }: PreviewContext<unknown>, preview: TextPreview): PreviewStep | undefined {
  if (texts === undefined) return undefined;
  return async ([batch]) => {
    const rows = batch?.rows ?? [];
    const given = rows.map(({ values }) => valueAlong(values, preview.text) as string | null);
    const results = rows.length === 0 ? [] : await texts(preview.word, preview.arguments, given);
    const main = rows.map((row, i): PreviewRow => {
      const read = readPlain(preview.returns, results[i]);
      if ("mistake" in read) throw new Error(`texts/${preview.word}.py gave something else than it should: ${read.mistake}`);
      return { ...row, values: preview.put(row.values, read.value) };
    });
    return { outputs: { main }, dropped: [], ...(batch?.watermark && { watermark: batch.watermark }) };
  };
}
