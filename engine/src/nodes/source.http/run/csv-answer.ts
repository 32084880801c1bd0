import type { Column } from "../../../column-type.ts";
import { csvColumns, csvHeader, csvRecords, csvRows, headerMistake } from "../../csv.ts";
import type { Elements } from "./json-elements.ts";

/** How an answer of CSV is written. */
export interface CsvAnswer {
  columns: readonly Column[];
  header: boolean;
  delimiter: string;
}

/** What keeps an answer from being read, in half a sentence, with a hint. */
interface WrongHeader {
  kind: "wrong-header";
  message: string;
  hint: string;
}

/** The records in an answer of CSV, each the text of a JSON object; a row that is none is given as it stands. */
export function csvElements(text: string, { columns, header: hasHeader, delimiter }: CsvAnswer): Elements | WrongHeader {
  const rows = csvRows(text, delimiter);
  if (rows === undefined) return { kind: "unreadable", wanted: "CSV" };
  if (!hasHeader) {
    const paths = csvColumns(columns).map(([path]) => path);
    return { kind: "elements", texts: csvRecords(paths, columns, delimiter)(rows) };
  }
  const [first, ...others] = rows;
  // Of nothing at all a server may send not even a header.
  if (first === undefined) return { kind: "elements", texts: [] };
  const header = csvHeader(first, delimiter) ?? [];
  const mistake = headerMistake(header, columns);
  if (mistake !== undefined) return { kind: "wrong-header", ...mistake };
  return { kind: "elements", texts: csvRecords(header, columns, delimiter)(others) };
}
