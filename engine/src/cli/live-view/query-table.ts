import stringWidth from "string-width";
import { type Paper, paint } from "../print.ts";
import { rate } from "./measure.ts";
import { type Column, count, duration, headed, table, wrapped } from "./picture.ts";
import type { QueryView, RunView } from "./run-view.ts";

const NOTHING = "–";
/** What one fact of a query is called above a column, and what stands around it in a sentence. */
const FACTS = [
  { head: "batch", before: "batch " },
  { head: "took", before: "" },
  { head: "rows/s", after: " rows/s" },
  { head: "new", after: " new" },
  { head: "replaced", after: " replaced" },
  { head: "deleted", after: " deleted", optional: true },
  { head: "filtered", after: " filtered", optional: true },
  { head: "late", after: " late", optional: true },
  { head: "watermark", before: "watermark ", optional: true },
] as const;

/** Every query with its last batch and its sums: as a table, or, where that is too wide, each as a few lines. */
export function queryTable(view: RunView, paper: Paper): string[] {
  const rows = view.queries.map((query) => queryCells(view, query));
  const wanted = FACTS.map((fact, at) => !("optional" in fact) || rows.some((row) => row[at] !== NOTHING));
  const columns: Column[] = FACTS.filter((_, at) => wanted[at]).map(({ head }) => ({ head, side: "right" }));
  const cells = rows.map((row, at) => [queryName(view.queries[at]), ...row.filter((_, column) => wanted[column])]);
  const lines = table([{ head: "QUERY → SINK", side: "left" }, ...columns], cells);
  if (lines.some((line) => stringWidth(line) > paper.width)) return stacked(view, rows, paper);
  return headed(lines, paper).map((line, at) => painted(line, view.queries[at - 1], paper));
}

/** True while something is wrong with the query. */
export function queryIsIll(query: QueryView | undefined): boolean {
  return query !== undefined && (query.state === "degraded" || query.state === "restarting" || query.state === "failed");
}

function stacked(view: RunView, rows: string[][], paper: Paper): string[] {
  const lines = view.queries.flatMap((query, at) => {
    const facts = FACTS.map(({ before = "", after = "" }: { before?: string; after?: string }, column) => {
      const value = rows[at]?.[column] ?? NOTHING;
      return value === NOTHING ? [] : [`${before}${value}${after}`.replaceAll(" ", "\u00a0")];
    });
    const text = facts.flat().join(", ");
    const body = wrapped(text === "" ? "waiting" : text, paper.width - 2);
    return [queryName(query), ...body.map((line) => `  ${line.trim().replaceAll("\u00a0", " ")}`)].map((line) =>
      painted(line, query, paper),
    );
  });
  return headed(["QUERY → SINK", ...lines], paper);
}

function painted(line: string, query: QueryView | undefined, paper: Paper): string {
  return queryIsIll(query) ? paint(paper, "yellow", line) : line;
}

function queryName(query: QueryView | undefined): string {
  if (query === undefined) return "";
  const name = query.collection === undefined ? `${query.query} → dead letters` : `${query.query} → ${query.collection}`;
  return queryIsIll(query) ? `▲ ${name} (${query.state})` : name;
}

function queryCells(view: RunView, query: QueryView): string[] {
  const { last } = query;
  if (last === undefined) return FACTS.map(({ head }) => (head === "took" && query.state !== "waiting" ? "waiting" : NOTHING));
  const sums = query.samples.map(({ at, rows }) => ({ at, total: rows }));
  return [
    `#${last.batch}`,
    duration(last.ms),
    view.state === "STOPPED" ? NOTHING : count(rate(sums, view.now)),
    count(query.written),
    count(query.repeats),
    query.deleted === 0 ? NOTHING : count(query.deleted),
    query.filtered === 0 ? NOTHING : count(query.filtered),
    query.late === 0 ? NOTHING : count(query.late),
    last.watermark === null ? NOTHING : `${last.watermark.slice(11, 19)}Z`,
  ];
}
