import type { TransformLookupConfig } from "@pipeline-engine/schemas/types";
import { type Column, showType } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import { didYouMean } from "../../diagnostic.ts";
import { type Row, readPlain, toPlain, type Value } from "../../expression/index.ts";
import type { NodeContext } from "../node-kind.ts";

type Config = TransformLookupConfig;
type Report = NodeContext<Config>["report"];

/** The table of a lookup as it was read. Where rows have mistakes they are left out. */
export interface Table {
  columns: Column[];
  rows: Row[];
}

/** What makes a key of several values: the same text exactly for equal ones, whether an int or a long holds them. */
export function keyText(values: readonly Value[]): string {
  return JSON.stringify(values.map(String));
}

/** Reads the table of a config; undefined where its columns have mistakes, which are told elsewhere. */
export function readTable(config: Config, report: Report): Table | undefined {
  const columns = parseColumns(config.columns, "").value;
  if (columns === undefined || !areSimple(columns, report)) return undefined;
  const keys = Object.values(config.on).filter((name) => columns.some((column) => column.name === name));
  const seen = new Map<string, number>();
  const rows = config.rows.flatMap((plain, at): Row[] => {
    const row = readRow(plain, at, { columns, keys, report });
    if (row === undefined) return [];
    const key = keyText(keys.map((name) => row[name] ?? null));
    const earlier = seen.get(key);
    seen.set(key, earlier ?? at);
    // Without a key every row would be a repeat, and that is told as a mistake of its own.
    if (earlier !== undefined && keys.length > 0) reportRepeat(report, { keys, row, at, earlier, columns });
    return [row];
  });
  return { columns, rows };
}

/** The values of a row as texts, which Spark casts to their types; null stays null. */
export function textsOf(columns: readonly Column[], row: Row): (string | null)[] {
  return columns.map(({ name, type }) => {
    const plain = toPlain(type, row[name] ?? null);
    return plain === null ? null : String(plain);
  });
}

function areSimple(columns: readonly Column[], report: Report): boolean {
  const nested = columns.filter(({ type: { kind } }) => ["list", "map", "struct", "binary"].includes(kind));
  for (const { name, type } of nested) {
    report(["columns", name], {
      code: "lookup/column-type",
      message: `A table holds single values, but \`${name}\` is of type ${showType(type)}.`,
      hint: "make a column of each value",
    });
  }
  return nested.length === 0;
}

interface Reading {
  columns: readonly Column[];
  keys: readonly string[];
  report: Report;
}

function readRow(plain: Config["rows"][number], at: number, { columns, keys, report }: Reading): Row | undefined {
  const row = Object.create(null) as Row;
  const wrong = (path: string[], message: string, hint?: string) =>
    report(["rows", at, ...path], { code: "lookup/wrong-value", message, ...(hint !== undefined && { hint }) });
  let isSound = true;
  for (const name of Object.keys(plain).filter((each) => !columns.some((column) => column.name === each))) {
    const hint = didYouMean(
      name,
      columns.map((column) => column.name),
    );
    report(["rows", at, name], { code: "lookup/unknown-column", message: `The table has no column \`${name}\`.`, hint });
    isSound = false;
  }
  for (const { name, type, required } of columns) {
    const read = readPlain(type, Object.hasOwn(plain, name) ? plain[name] : null);
    const mustBe = required || keys.includes(name);
    if ("mistake" in read) wrong([name], `${read.mistake}, which \`${name}\` is.`, "mend the value, or the type in `columns`");
    else if (read.value === null && mustBe) wrong([], `This row has no \`${name}\`.`, `add \`${name}\`, or remove the row`);
    else row[name] = read.value;
    isSound = isSound && Object.hasOwn(row, name);
  }
  return isSound ? row : undefined;
}

interface Repeat {
  keys: readonly string[];
  row: Row;
  at: number;
  earlier: number;
  columns: readonly Column[];
}

function reportRepeat(report: Report, { keys, row, at, earlier, columns }: Repeat): void {
  const shown = columns
    .filter(({ name }) => keys.includes(name))
    .map(({ name, type }) => `\`${name}: ${toPlain(type, row[name] ?? null)}\``);
  report(["rows", at], {
    code: "lookup/duplicate-key",
    message: `The key ${shown.join(", ")} stands in row ${earlier + 1} of the table already.`,
    hint: "keep one of the two, or make the key longer with `on`",
  });
}
