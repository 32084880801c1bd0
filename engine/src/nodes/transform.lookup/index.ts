import type { TransformLookupConfig } from "@pipeline-engine/schemas/types";
import { type Column, type ColumnType, columnAt, showType, sparkType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import { fileAt } from "../files.ts";
import type { NodeContext, NodeKind, Stream, TableFile } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";
import { checkTable, readingOf } from "./collection.ts";
import { tableText } from "./file-text.ts";
import { previewLookup } from "./preview.ts";
import { givenTable, readRows, tableColumns, tableKey, textsOf } from "./table.ts";

type Context = NodeContext<TransformLookupConfig>;

/** Adds columns from a table, found by a key. */
export const transformLookup: NodeKind<TransformLookupConfig> = {
  type: "transform.lookup",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { on: "all", columns: "all", prefix: "all" },
  previewNeeds: ({ collection }) =>
    collection === null ? "the rows of its table" : `the rows of \`${collection}\`, which only a test can give, under \`given\``,
  preview: previewLookup,
  given: { what: "table", read: givenTable, inFile },
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config, report } = context;
    checkTable(context);
    const columns = tableColumns(config, report);
    if (columns === undefined) return {};
    checkKeys(context, columns);
    const added = addedColumns(config, columns);
    refuseIdle(context, added);
    refuseClash(context, added);
    const rows = readRows(config, columns, report).map((row) => textsOf(columns, row));
    return {
      output: outputOf(
        input,
        config,
        added.map(({ column }) => column),
      ),
      part: {
        kind: "step",
        module: "lookup",
        arguments: {
          on: { ...config.on },
          columns: Object.fromEntries(columns.map(({ name, type }) => [name, sparkType(type)])),
          ...(config.rows !== null && { rows }),
          ...(config.collection !== null && readingOf(config, config.collection, columns)),
          added: Object.fromEntries(added.map(({ from, column }) => [from, column.name])),
          missing: config.missing,
        },
        // A document that cannot be used is found out by the rows that look for it.
        refuses: config.missing === "dead-letter" || config.collection !== null,
        ...(config.file !== null && { table: tableFile(context, config.file, columns) }),
      },
    };
  },
};

function outputOf(input: Stream, { collection, refresh }: TransformLookupConfig, added: readonly Column[]): Stream {
  const output = { ...input, columns: [...input.columns, ...added] };
  if (collection === null && refresh === null) return output;
  return { ...output, unsteady: [...(input.unsteady ?? []), ...added.map(({ name }) => name)] };
}

/** What says where the table is left out. */
function inFile<Value>(given: Readonly<Record<string, Value>>): Record<string, Value> {
  const kept = ["on", "columns", "added", "missing"];
  return Object.fromEntries(Object.entries(given).filter(([name]) => kept.includes(name)));
}

function tableFile(context: Context, path: string, columns: Column[]): TableFile {
  const { config, report } = context;
  const bytes = fileAt(context, "file", path)?.bytes;
  const read = bytes && tableText(bytes, path);
  if (read !== undefined && "code" in read) report(["file"], read);
  const text = read !== undefined && "text" in read && { text: read.text };
  const interval = config.refresh === null ? undefined : parseDuration(config.refresh);
  const delimiter = path.endsWith(".tsv") ? "\t" : config.delimiter;
  const refresh = interval !== undefined && { refresh: interval };
  return { path, ...text, delimiter, columns, key: tableKey(config, columns), ...refresh };
}

/** The columns that a row gains, each with the column of the table that it comes from. */
export function addedColumns(
  { on, prefix, missing }: TransformLookupConfig,
  columns: readonly Column[],
): { from: string; column: Column }[] {
  const keys = new Set(Object.values(on));
  return columns
    .filter(({ name }) => !keys.has(name))
    .map((column) => ({
      from: column.name,
      column: { ...column, name: prefix + column.name, required: column.required && missing !== "keep" },
    }));
}

function checkKeys({ config, inputs, report }: Context, table: readonly Column[]): void {
  const columns = inputs[0]?.columns ?? [];
  for (const [path, name] of Object.entries(config.on)) {
    const mine = columnAt(columns, path.split("."));
    const theirs = table.find((column) => column.name === name);
    if (mine === undefined) {
      const hint = didYouMean(path, columnPaths(columns));
      report(["on", path], { code: "lookup/unknown-column", message: `There is no column \`${path}\` to look up.`, hint });
    }
    if (theirs === undefined) {
      const hint = didYouMean(
        name,
        table.map((column) => column.name),
      );
      report(["on", path], { code: "lookup/unknown-column", message: `The table has no column \`${name}\`.`, hint });
    }
    if (mine === undefined || theirs === undefined || areEqual(mine.type, theirs.type)) continue;
    const types = `\`${path}\` is of type ${showType(mine.type)} and \`${name}\` of type ${showType(theirs.type)}`;
    report(["on", path], {
      code: "lookup/key-type",
      message: `These two can never be equal for sure: ${types}.`,
      hint: "a key is text, a whole number, a boolean or a date, and the same on both sides: change `columns`, or compute the key above with transform.select",
    });
  }
}

/** True for types whose values are equal or not, without a doubt. */
function areEqual(a: ColumnType, b: ColumnType): boolean {
  const family = ({ kind }: ColumnType) => (kind === "int" || kind === "long" ? "whole" : kind);
  return family(a) === family(b) && ["string", "whole", "boolean", "date"].includes(family(a));
}

function refuseIdle({ config, report }: Context, added: readonly object[]): void {
  if (added.length > 0 || config.missing !== "keep") return;
  report(["columns"], {
    code: "lookup/nothing-added",
    message: "This lookup adds no column and keeps every row: all columns of its table are part of the key.",
    hint: "add a column, or write `missing: drop` to keep only the rows whose key is in the table",
  });
}

function refuseClash({ config, inputs, report }: Context, added: readonly { from: string; column: Column }[]): void {
  const taken = new Set(inputs[0]?.columns.map(({ name }) => name));
  for (const { from, column } of added) {
    if (!taken.has(column.name)) continue;
    report(config.prefix === "" ? ["columns", from] : ["prefix"], {
      code: "lookup/duplicate-column",
      message: `A column \`${column.name}\` exists already.`,
      hint: config.prefix === "" ? "set a `prefix`, such as `looked_up_`" : "choose another `prefix`",
    });
  }
}
