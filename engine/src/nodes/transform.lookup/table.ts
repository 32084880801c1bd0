import type { TransformLookupConfig } from "@pipeline-engine/schemas/types";
import { type Column, type ColumnType, showType } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import { didYouMean } from "../../diagnostic.ts";
import { type Row, readPlain, toPlain, type Value, type ValueMap } from "../../expression/index.ts";
import type { NodeContext } from "../node-kind.ts";

type Config = TransformLookupConfig;
type Report = NodeContext<Config>["report"];

/** What makes a key of several values: the same text exactly for equal ones, whether an int or a long holds them. */
export function keyText(values: readonly Value[]): string {
  return JSON.stringify(values.map(String));
}

/** The columns of the table; undefined where they have mistakes, some of which are told elsewhere. */
export function tableColumns(config: Config, report: Report): Column[] | undefined {
  const columns = parseColumns(config.columns, "").value;
  if (columns === undefined) return undefined;
  // A document may hold others.
  return config.collection !== null || areSimple(columns, report) ? columns : undefined;
}

/** The columns that are part of the key, as far as the table has them. */
export function tableKey({ on }: Config, columns: readonly Column[]): string[] {
  return Object.values(on).filter((name) => columns.some((column) => column.name === name));
}

/** Reads the rows that stand in a config; those with mistakes are left out. */
export function readRows(config: Config, columns: readonly Column[], report: Report): Row[] {
  const keys = tableKey(config, columns);
  const seen = new Map<string, number>();
  return (config.rows ?? []).flatMap((plain, at): Row[] => {
    const row = readRow(plain, at, { columns, keys, report });
    if (row === undefined) return [];
    const key = keyText(keys.map((name) => row[name] ?? null));
    const earlier = seen.get(key);
    seen.set(key, earlier ?? at);
    // Without a key every row would be a repeat, and that is told as a mistake of its own.
    if (earlier !== undefined && keys.length > 0) reportRepeat(report, { keys, row, at, earlier, columns });
    return [row];
  });
}

/** Reads the rows that a test gives as the table, wherever it is in a run. */
export function givenTable(
  config: Config,
  given: readonly unknown[],
  report: Report,
): { rows: Row[]; texts: (string | null)[][] } {
  const columns = tableColumns(config, () => {}) ?? [];
  const isMap = (row: unknown) => typeof row === "object" && row !== null && !Array.isArray(row);
  for (const [at, row] of given.entries())
    if (!isMap(row)) report([at], { code: "schema/wrong-type", message: "A row must be a map of its columns." });
  const written = given.map((row) => (isMap(row) ? row : {})) as NonNullable<Config["rows"]>;
  const rows = readRows({ ...config, rows: written }, columns, ([, at, ...path], finding) => {
    if (typeof at !== "number" || isMap(given[at])) report(at === undefined ? [] : [at, ...path], finding);
  });
  return { rows, texts: rows.map((row) => textsOf(columns, row)) };
}

/** A key as it is shown: `id: 1`, `place: x`, each in backticks. */
export function shownKey(keys: readonly string[], row: Row, columns: readonly Column[]): string {
  return columns
    .filter(({ name }) => keys.includes(name))
    .map(({ name, type }) => `\`${name}: ${toPlain(type, row[name] ?? null)}\``)
    .join(", ");
}

/** The values of a row as texts, which Spark casts to their types; null stays null. One that is made of others is JSON, below `v`. */
export function textsOf(columns: readonly Column[], row: Row): (string | null)[] {
  return columns.map(({ name, type }) => {
    const value = row[name] ?? null;
    if (value !== null && isNested(type)) return `{"v":${jsonText(type, value)}}`;
    const plain = toPlain(type, value);
    if (plain === null) return null;
    // Its text alone has no sign.
    return Object.is(plain, -0) ? "-0" : String(plain);
  });
}

function areSimple(columns: readonly Column[], report: Report): boolean {
  const nested = columns.filter(({ type }) => isNested(type));
  for (const { name, type } of nested) {
    report(["columns", name], {
      code: "lookup/column-type",
      message: `Rows and files hold single values, but \`${name}\` is of type ${showType(type)}.`,
      hint: "make a column of each value, or put the table into a `collection`",
    });
  }
  return nested.length === 0;
}

function isNested({ kind }: ColumnType): boolean {
  return ["list", "map", "struct", "binary"].includes(kind);
}

/** A value as JSON from which Spark reads it with all of its digits. */
function jsonText(type: ColumnType, value: Value): string {
  if (value === null) return "null";
  const object = (fields: [string, string][]) => `{${fields.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
  switch (type.kind) {
    case "list":
      return `[${(value as Value[]).map((each) => jsonText(type.element, each)).join(",")}]`;
    case "map":
      return object(Array.from(value as ValueMap, ([key, each]) => [key, jsonText(type.value, each)]));
    case "struct":
      return object(type.fields.map((field) => [field.name, jsonText(field.type, (value as Row)[field.name] ?? null)]));
    case "long":
      return String(value);
    case "decimal":
      return String(toPlain(type, value));
    case "double":
      return Object.is(value, -0) ? "-0.0" : JSON.stringify(toPlain(type, value));
    default:
      return JSON.stringify(toPlain(type, value));
  }
}

interface Reading {
  columns: readonly Column[];
  keys: readonly string[];
  report: Report;
}

function readRow(plain: NonNullable<Config["rows"]>[number], at: number, { columns, keys, report }: Reading): Row | undefined {
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
  report(["rows", at], {
    code: "lookup/duplicate-key",
    message: `The key ${shownKey(keys, row, columns)} stands in row ${earlier + 1} of the table already.`,
    hint: "keep one of the two, or make the key longer with `on`",
  });
}
