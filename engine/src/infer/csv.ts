import type { Column, ColumnType } from "../column-type.ts";
import { BOOLEAN, csvHeader, csvRecords, csvRows, csvValues, NUMBER } from "../nodes/csv.ts";

/** A table as records, each the text of a JSON object, or the row as it stands where it is none. */
export interface Table {
  delimiter: string;
  records: string[];
}

const DELIMITERS = [",", ";", "\t", "|"];
/** So many rows say what is between their values. */
const LOOK_AT = 20;

/** Reads CSV whose first line names the columns; what is between the values is what gives most rows most of them. Undefined where it is none. */
export function readTable(text: string): Table | undefined {
  const body = text.replace(/^\uFEFF/, "");
  const delimiter = delimiterOf(body);
  const [first, ...rows] = csvRows(body, delimiter) ?? [];
  const header = first === undefined ? undefined : csvHeader(first, delimiter);
  if (header === undefined) return undefined;
  return { delimiter, records: csvRecords(header, columnsOf(header, rows, delimiter), delimiter)(rows) };
}

function delimiterOf(text: string): string {
  const head = text
    .split("\n", LOOK_AT + 1)
    .slice(0, LOOK_AT)
    .join("\n");
  const values = (delimiter: string) => {
    const rows = (csvRows(head, delimiter) ?? []).map((row) => csvValues(row, delimiter)?.length ?? 0);
    const [columns = 0] = rows;
    return columns < 2 ? 0 : columns * rows.filter((count) => count === columns).length;
  };
  return DELIMITERS.reduce((best, each) => (values(each) > values(best) ? each : best));
}

/** In a table everything is text, so a column is what all of its values can be. A name such as `shop.city` is that of a field. */
function columnsOf(header: readonly string[], rows: readonly string[], delimiter: string): Column[] {
  const table = rows.flatMap((row) => {
    const values = csvValues(row, delimiter);
    return values?.length === header.length ? [values] : [];
  });
  const columns: Column[] = [];
  for (const [at, path] of header.entries()) {
    const values = table.map((row) => row[at]?.trim() ?? "").filter((value) => value !== "");
    place(columns, path.split("."), kindOf(values));
  }
  return columns;
}

function kindOf(values: readonly string[]): ColumnType {
  const all = (pattern: RegExp) => values.length > 0 && values.every((value) => pattern.test(value));
  if (all(NUMBER)) return { kind: "double" };
  return { kind: all(BOOLEAN) ? "boolean" : "string" };
}

function place(columns: Column[], [name = "", ...rest]: string[], type: ColumnType): void {
  if (rest.length === 0) {
    columns.push({ name, type, required: false });
    return;
  }
  const found = columns.find((column) => column.name === name);
  const fields = found?.type.kind === "struct" ? found.type.fields : [];
  if (found === undefined) columns.push({ name, type: { kind: "struct", fields }, required: false });
  place(fields, rest, type);
}
