import type { Diagnostic } from "../diagnostic.ts";
import { lineOf, lineStarts } from "../document/lines.ts";
import type { Row } from "../expression/index.ts";
import { csvHeader, csvRecords, csvRows, headerMistake } from "../nodes/csv.ts";
import type { TableFile } from "../nodes/node-kind.ts";
import { MOST_ROWS, SMALLER } from "../nodes/transform.lookup/file-text.ts";
import { keyText, shownKey } from "../nodes/transform.lookup/table.ts";
import { readRecord } from "../preview/record.ts";

/** How many mistakes of one file are told. */
const MOST_TOLD = 20;

/** A line of a file, or a row of several. */
interface Line {
  text: string;
  /** Characters from the start of the file. */
  from: number;
}

/** A line as a record. `mistake`: why it is none. */
interface RecordLine extends Line {
  record: string;
  mistake?: string;
}

interface Mistake {
  code: string;
  message: string;
  hint: string;
  line: Line;
}

/**
 * Reads the rows of a table by the rules by which records are read. Mistakes stand at their lines in the file, which is called `name`; where there are any,
 * the rows are not to be used. Never throws.
 */
export function readTableFile(text: string, name: string, table: TableFile): { rows: Row[]; diagnostics: Diagnostic[] } {
  const { records, mistakes } = recordsOf(text, table);
  const lines = lineStarts(text);
  const rows: Row[] = [];
  const seen = new Map<string, Line>();
  // Without its key nobody finds a row.
  const columns = table.columns.map((column) => (table.key.includes(column.name) ? { ...column, required: true } : column));
  for (const line of records.slice(0, MOST_ROWS)) {
    const read = line.mistake === undefined ? readRecord(line.record, columns) : { message: line.mistake };
    if ("row" in read) rows.push(read.row);
    else mistakes.push(wrongRow(line, read.message));
    const repeat = "row" in read && repeatOf(read.row, line, seen, table, lines);
    if (repeat) mistakes.push(repeat);
  }
  if (records.length > MOST_ROWS) mistakes.push(tooLarge(records[MOST_ROWS]));
  if (records.length === 0 && mistakes.length === 0) mistakes.push(nothing());
  return { rows, diagnostics: told(mistakes).map((mistake) => placed(mistake, lines, name)) };
}

function recordsOf(text: string, { path, delimiter, columns }: TableFile): { records: RecordLine[]; mistakes: Mistake[] } {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  if (/\.(ndjson|jsonl)$/.test(path))
    return { records: linesOf(text, start).map((line) => ({ ...line, record: line.text })), mistakes: [] };
  const [header, ...rows] = csvLines(text, start, delimiter) ?? linesOf(text, start);
  if (header === undefined) return { records: [], mistakes: [] };
  const names = csvHeader(header.text, delimiter);
  const mistake = names === undefined ? { message: "is no line of CSV", hint: "mend its quotes" } : headerMistake(names, columns);
  if (names === undefined || mistake !== undefined) return { records: [], mistakes: [wrongHeader(header, mistake)] };
  const made = csvRecords(names, columns, delimiter)(rows.map((row) => row.text));
  const records = rows.map((row, at) => {
    const record = made[at] ?? "";
    return { ...row, record, ...(record === row.text && { mistake: `it has not the ${names.length} values of the header` }) };
  });
  return { records, mistakes: [] };
}

/** The lines that hold something. */
function linesOf(text: string, start: number): Line[] {
  return [...text.slice(start).matchAll(/[^\r\n]+/g)]
    .map(({ 0: line, index }) => ({ text: line, from: start + index }))
    .filter((line) => line.text.trim() !== "");
}

/** The rows of a CSV; undefined where it cannot be taken apart. */
function csvLines(text: string, start: number, delimiter: string): Line[] | undefined {
  let at = start;
  return csvRows(text.slice(start), delimiter)?.map((row) => {
    const from = text.indexOf(row, at);
    at = from + row.length;
    return { text: row, from };
  });
}

function repeatOf(
  row: Row,
  line: Line,
  seen: Map<string, Line>,
  { key, columns }: TableFile,
  lines: number[],
): Mistake | undefined {
  const found = keyText(key.map((name) => row[name] ?? null));
  const earlier = seen.get(found);
  seen.set(found, earlier ?? line);
  if (earlier === undefined || key.length === 0) return undefined;
  const message = `The key ${shownKey(key, row, columns)} stands in line ${lineOf(lines, earlier.from)} already.`;
  return { code: "lookup/duplicate-key", message, hint: "keep one of the two, or make the key longer with `on`", line };
}

function wrongRow(line: Line, why: string): Mistake {
  const hint = "mend the row, or the type in `columns`";
  return { code: "lookup/wrong-value", message: `This row does not fit: ${why}.`, hint, line };
}

function wrongHeader(line: Line, mistake: { message: string; hint: string } | undefined): Mistake {
  const { message = "names no columns", hint = "name the columns in the first line" } = mistake ?? {};
  return { code: "lookup/wrong-header", message: `The header ${message}.`, hint, line };
}

function tooLarge(line: Line = { text: "", from: 0 }): Mistake {
  const message = `A table in a file has at most ${MOST_ROWS.toLocaleString("en")} rows.`;
  return { code: "lookup/too-large", message, hint: SMALLER, line };
}

function nothing(): Mistake {
  const hint = "add a row; where no row is to be found, leave out the lookup";
  return { code: "lookup/no-rows", message: "This table has no rows.", hint, line: { text: "", from: 0 } };
}

function told(mistakes: Mistake[]): Mistake[] {
  const rest = mistakes.length - MOST_TOLD;
  const last = mistakes[MOST_TOLD];
  if (last === undefined) return mistakes;
  const message = `This and ${rest - 1} more rows of the table have mistakes.`;
  return [...mistakes.slice(0, MOST_TOLD), rest === 1 ? last : { ...last, code: "lookup/wrong-value", message }];
}

function placed({ code, message, hint, line }: Mistake, lines: number[], file: string): Diagnostic {
  const at = { file, pointer: "", from: line.from, to: line.from + line.text.length, line: lineOf(lines, line.from), column: 1 };
  return { code, severity: "error", message, hint, at };
}
