import {
  type Column,
  type NodePreview,
  type PreviewStream,
  previewPipeline,
  showType,
  toPlain,
} from "@pipeline-engine/engine/core";
import { compiled } from "./latest.ts";

/** So many rows of a stream are shown, and so much of a cell. */
const MOST_ROWS = 200;
const MOST_CELL = 300;

/** A table as it is shown: every cell is text, null where there is no value. */
export interface ShownTable {
  name: string;
  columns: { name: string; type: string }[];
  rows: (string | null)[][];
  /** All of them, of which `rows` are the first. */
  count: number;
  /** The length after which a cell is cut, where one is. */
  cutAfter?: number;
}

/** What a node makes of its sample. */
export interface ShownPreview {
  node: string;
  inputs: ShownTable[];
  outputs: ShownTable[];
  dropped: { why: string; code: string; message: string; count: number; records: number[] }[];
  open?: number;
  missing?: string;
}

/** Runs every node on the samples. Undefined where the text has mistakes. */
export async function previewsOf(
  text: string,
  file: string,
  samples: Record<string, string[]>,
): Promise<ShownPreview[] | undefined> {
  const { typed, diagnostics } = compiled(text, file);
  if (typed === undefined || diagnostics.some(({ severity }) => severity === "error")) return undefined;
  const previews = await previewPipeline(typed, { samples: new Map(Object.entries(samples)) });
  return previews.map(shown);
}

function shown(preview: NodePreview): ShownPreview {
  const groups = new Map<string, ShownPreview["dropped"][number]>();
  for (const { why, code = "", message, row } of preview.dropped) {
    const text = cut(message);
    const group = groups.get(`${code} ${text}`) ?? { why, code, message: text, count: 0, records: [] };
    groups.set(`${code} ${text}`, {
      ...group,
      count: group.count + 1,
      records: row.record === undefined ? group.records : [...group.records, row.record].slice(0, 5),
    });
  }
  return {
    node: preview.node,
    inputs: preview.inputs.map(tableOf),
    outputs: preview.outputs.map(tableOf),
    dropped: [...groups.values()].sort((a, b) => b.count - a.count).slice(0, 50),
    ...(preview.open !== undefined && { open: preview.open }),
    ...(preview.missing !== undefined && { missing: preview.missing }),
  };
}

function tableOf({ name, columns, rows }: PreviewStream): ShownTable {
  const cells = rows
    .slice(0, MOST_ROWS)
    .map(({ values }) => columns.map((column) => textOf(column, values[column.name] ?? null)));
  const hasLong = cells.some((row) => row.some((text) => text !== null && text.length > MOST_CELL));
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, type: showType(column.type) + (column.required ? "!" : "") })),
    rows: hasLong ? cells.map((row) => row.map((text) => text && cut(text))) : cells,
    count: rows.length,
    ...(hasLong && { cutAfter: MOST_CELL }),
  };
}

function textOf({ type }: Column, value: Parameters<typeof toPlain>[1]): string | null {
  const plain = toPlain(type, value);
  if (plain === null || plain === undefined) return null;
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

function cut(text: string): string {
  return text.length > MOST_CELL ? `${text.slice(0, MOST_CELL)}…` : text;
}
