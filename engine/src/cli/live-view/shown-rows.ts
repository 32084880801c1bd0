import type { RowsEvent } from "../../runtime/events.ts";
import { fittedTable } from "../fitted-table.ts";
import { type Paper, paint, plural, printable } from "../print.ts";

const MOST_CELLS = 40;

/** The rows that a sink shows of a batch, as a table that stays. Ends with a line break. */
export function printRows({ query, batch, columns, rows, left }: RowsEvent, paper: Paper): string {
  const cells = columns.map((name, at) => [name, ...rows.map((row) => row[at] ?? "null")]);
  const { lines, fitting } = fittedTable(cells, paper.width - 2, MOST_CELLS);
  const [head = "", ...body] = lines;
  const more = [
    ...(left > 0 ? [plural(left, "more row")] : []),
    ...(fitting < columns.length ? [`more columns: ${columns.slice(fitting).map(printable).join(", ")}`] : []),
  ];
  const text = [
    paint(paper, "bold", `${query} #${batch}`),
    `  ${paint(paper, "cyan", head)}`,
    ...body.map((line) => `  ${line}`),
    ...more.map((line) => paint(paper, "dim", `  … ${line}`)),
  ];
  return `${text.join("\n")}\n`;
}
