import type { SummaryEvent } from "../../runtime/events.ts";
import { type Paper, paint, printable } from "../print.ts";
import { codesByNode, mostFrequentCode } from "./dead-letters.ts";
import { bar, count, duration, table } from "./picture.ts";

const BAR = 24;

/**
 * How a run ended, for people: where the records went, as a table with bars, and what they should know. `updating` names the sinks whose rows
 * replace earlier ones by design. Ends with a line break.
 */
export function printSummary(summary: SummaryEvent, updating: ReadonlySet<string>, paper: Paper): string {
  const { pipeline, read, produced, deadLettered, filtered, seconds } = summary;
  const pace = seconds > 0 ? `, ${count(read / seconds)} rows/s` : "";
  const most = Math.max(
    read,
    produced,
    ...Object.values(summary.sinks).map((sink) => sink.written + sink.repeats + (sink.deleted ?? 0)),
    1,
  );
  const row = (name: string, rows: number, note = "") => [name, count(rows), bar(rows, most, BAR), note];
  const rows = [row("read", read), row("in Kafka", produced)];
  for (const [sink, { written, repeats, deleted = 0 }] of Object.entries(summary.sinks)) {
    const notes = [
      ...(repeats > 0 ? [replaced(repeats, updating.has(sink))] : []),
      ...(deleted > 0 ? [`and ${count(deleted)} that delete${deleted === 1 ? "s" : ""} a document`] : []),
    ];
    rows.push(row(`→ ${sink}`, written, notes.join(", ")));
  }
  if (summary.added > 0) rows.push(row("rows made besides", summary.added, "by taking lists apart"));
  if (filtered > 0) rows.push(row("filtered out", filtered));
  if (deadLettered > 0) rows.push(row("dead letters", deadLettered, `in ${pipeline}.dead-letters`));
  const [, ...body] = table([left(""), { head: "", side: "right" }, left(""), left("")], rows);
  const title = `${paint(paper, ["green", "bold"], "■ done")}  ${paint(paper, "bold", pipeline)} in ${duration(seconds * 1000)}${pace}`;
  return `${[title, ...body.map((line) => `  ${line}`), ...remarks(summary, paper)].join("\n")}\n`;
}

function replaced(repeats: number, updates: boolean): string {
  if (updates) return `and ${count(repeats)} update${repeats === 1 ? "" : "s"} of windows written before`;
  return `and ${count(repeats)} with a key that was there: replaced`;
}

function left(head: string): { head: string; side: "left" } {
  return { head, side: "left" };
}

function remarks({ late, openWindows, gaps, broken, deadLetters = {} }: SummaryEvent, paper: Paper): string[] {
  const lines = codesByNode(deadLetters).map(([node, codes]) => paint(paper, "magenta", `  ✗ ${node}: ${codes}`));
  const code = mostFrequentCode(deadLetters);
  if (code !== undefined) lines.push(`  · \`engine explain ${printable(code)}\` says why, and how to mend it`);
  for (const [node, rules] of Object.entries(broken)) {
    const told = Object.entries(rules).filter(([, rows]) => rows > 0);
    const list = told.map(([rule, rows]) => `${rule} ${count(rows)}`).join(", ");
    if (told.length > 0) lines.push(paint(paper, "yellow", `  ! ${node}: rows that break ${list}`));
  }
  if (late > 0) lines.push(paint(paper, "yellow", `  ! ${count(late)} rows came behind the watermark and were left out`));
  if (openWindows > 0)
    lines.push(
      `  · ${count(openWindows)} window${openWindows === 1 ? " is" : "s are"} still open; later rows complete ${openWindows === 1 ? "it" : "them"}`,
    );
  if (gaps > 0)
    lines.push(paint(paper, "yellow", `  ! ${gaps} gap${gaps === 1 ? "" : "s"} in which records may have been missed`));
  return lines;
}
