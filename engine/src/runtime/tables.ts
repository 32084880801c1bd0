import { dirname, join, relative } from "node:path";
import type { Diagnostic } from "../diagnostic.ts";
import type { Row } from "../expression/index.ts";
import { fileMistake } from "../nodes/files.ts";
import type { TableTexts } from "../nodes/given.ts";
import type { FilesBeside, TableFile } from "../nodes/node-kind.ts";
import { tableText } from "../nodes/transform.lookup/file-text.ts";
import { textsOf } from "../nodes/transform.lookup/table.ts";
import { readTableFile } from "../tables/table-file.ts";
import type { TypedDag } from "../types.ts";

/** A table in a file, and what stood there when it was read. */
export interface LoadedTable {
  node: string;
  file: TableFile;
  rows: Row[];
  /** The text of the file, and what is wrong with it at its lines. */
  text: string;
  diagnostics: Diagnostic[];
}

/** The rows of the tables that a compiled spec names. */
export function loadTables({ nodes }: TypedDag, specPath: string): LoadedTable[] {
  return nodes.flatMap(({ node, part }) => {
    if (part.kind !== "step" || part.table?.text === undefined) return [];
    const { table: file } = part;
    const path = join(dirname(specPath), file.path);
    const text = part.table.text;
    return [{ node: node.id, file, text, ...readTableFile(text, relative(process.cwd(), path) || path, file) }];
  });
}

/** Reads a table again, as it stands now: its rows, or what is wrong with it. */
export function readAgain(file: TableFile, beside: FilesBeside): { rows: Row[] } | { message: string; hint: string } {
  const found = beside(file.path);
  const read = "bytes" in found ? tableText(found.bytes, file.path) : fileMistake(found.problem, file.path);
  if ("message" in read) return read;
  const { rows, diagnostics } = readTableFile(read.text, file.path, file);
  const [first] = diagnostics;
  if (first === undefined) return { rows };
  return { message: `${file.path}, line ${first.at.line}: ${first.message}`, hint: "mend the file; it is read again" };
}

/** The table as the job reads it: a line for each row, a JSON list of the values as texts in the order of its columns. */
export function jobTable({ rows, file: { columns } }: Pick<LoadedTable, "rows" | "file">): string {
  return rows.map((row) => `${JSON.stringify(textsOf(columns, row))}\n`).join("");
}

/** Node → the values of its table as texts. */
export function textsByNode(tables: readonly LoadedTable[]): Map<string, TableTexts> {
  return new Map(tables.map(({ node, rows, file }) => [node, rows.map((row) => textsOf(file.columns, row))]));
}

/** The folder of the tables, in that of the job. */
export const TABLES = "tables";

/** Where the table of a node stands, from the folder of the job on. */
export function tablePath(node: string): string {
  return `${TABLES}/${node}.ndjson`;
}
