import { type Column, showType } from "../column-type.ts";
import { toPlain } from "../expression/index.ts";
import { kindOf } from "../nodes/index.ts";
import type { Drop, NodePreview, PreviewRow, PreviewStream } from "../preview/index.ts";
import { cut, fittedTable } from "./fitted-table.ts";
import { type Paper, paint, plural, printable } from "./print.ts";

const MOST_ROWS = 5;
const MOST_CELLS = 28;

/** A preview as one event: every row, with the number of its record, and why rows were dropped. `records`: of a source's sample. */
export function previewEvent(preview: NodePreview, records: number | undefined): Record<string, unknown> {
  const stream = ({ name, columns, rows }: PreviewStream) => ({
    name,
    columns: columns.map((column) => ({ name: column.name, type: showType(column.type), required: column.required })),
    rows: rows.map((row) => plainRow(row, columns)),
  });
  const dropped = preview.dropped.map(({ row, input, ...why }) => ({ ...why, record: row.record ?? null, input: input ?? null }));
  const { inputs, outputs, ...rest } = preview;
  return {
    event: "preview",
    ...rest,
    ...(records !== undefined && { records }),
    inputs: inputs.map(stream),
    outputs: outputs.map(stream),
    dropped,
  };
}

function plainRow({ record, values }: PreviewRow, columns: readonly Column[]): Record<string, unknown> {
  return { record: record ?? null, values: toPlain({ kind: "struct", fields: [...columns] }, values) };
}

/** A preview for people: how many rows came in, a table of what came out, and why rows were dropped. */
export function printPreview(preview: NodePreview, records: number | undefined, paper: Paper): string {
  const { node, type, inputs, outputs, dropped, open, missing } = preview;
  const lines = [`${paint(paper, "bold", node)}  ${paint(paper, "dim", type)}`];
  const sample = `${plural(records ?? 0, "record")} of the sample`;
  if (kindOf(type).role === "source") return [...lines, `  ${sample}`, ""].join("\n");
  if (records !== undefined) lines.push(`  in   ${sample}`);
  if (missing !== undefined) return [...lines, `  no preview: ${missing}`, ""].join("\n");
  for (const input of inputs.filter(({ columns }) => columns.length > 0 && type !== "kafka.topic"))
    lines.push(`  in   ${plural(input.rows.length, "row")} of ${input.name}`);
  for (const output of outputs) {
    const name = output.name === "main" || output.name === "documents" ? "" : ` of ${node}.${output.name}`;
    const what = output.name === "documents" ? plural(output.rows.length, "document") : plural(output.rows.length, "row");
    lines.push(`  out  ${what}${name}`, ...table(output, paper).map((line) => `       ${line}`));
  }
  if (open !== undefined && open > 0) lines.push(`  ${plural(open, "window")} still open`);
  if (dropped.length > 0)
    lines.push(`  dropped ${plural(dropped.length, "row")}`, ...reasons(dropped, paper).map((line) => `       ${line}`));
  return [...lines, ""].join("\n");
}

/** The first rows under the names and types of their columns, as many columns as the paper takes. */
function table({ columns, rows }: PreviewStream, paper: Paper): string[] {
  if (rows.length === 0)
    return columns.length === 0 ? [] : [paint(paper, "dim", cut(columns.map(titleOf).join("  "), paper.width - 10))];
  const cells = columns.map((column) => [
    column.name,
    `${showType(column.type)}${column.required ? "!" : ""}`,
    ...rows.slice(0, MOST_ROWS).map(({ values }) => cellOf(toPlain(column.type, values[column.name] ?? null))),
  ]);
  const { lines, fitting } = fittedTable(cells, paper.width - 8, MOST_CELLS);
  const more = [
    ...(rows.length > MOST_ROWS ? [plural(rows.length - MOST_ROWS, "more row")] : []),
    ...(fitting < columns.length ? [`more columns: ${columns.slice(fitting).map(titleOf).join(", ")}`] : []),
  ];
  const [names = "", types = "", ...values] = lines;
  return [
    paint(paper, "cyan", names),
    paint(paper, "dim", types),
    ...values,
    ...more.map((line) => paint(paper, "dim", `… ${cut(line, paper.width - 12)}`)),
  ];
}

function titleOf({ name, type, required }: Column): string {
  return `${printable(name)}: ${showType(type)}${required ? "!" : ""}`;
}

function cellOf(plain: unknown): string {
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

/** The reasons with their count, each with the first records that it struck. */
function reasons(dropped: readonly Drop[], paper: Paper): string[] {
  const byReason = new Map<string, Drop[]>();
  for (const drop of dropped) {
    const reason = `${drop.code ?? drop.why}  ${drop.message}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), drop]);
  }
  return Array.from(byReason, ([reason, drops]) => {
    const records = [...new Set(drops.flatMap(({ row }) => row.record ?? []))];
    const more = records.length > MOST_ROWS ? ", …" : "";
    const where = records.length === 0 ? "" : ` (record ${records.slice(0, MOST_ROWS).join(", ")}${more})`;
    return cut(`${drops.length}  ${printable(reason)}${where}`, Math.max(40, paper.width - 8));
  });
}
