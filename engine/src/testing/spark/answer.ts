import type { Column } from "../../column-type.ts";
import type { Drop, PreviewRow } from "../../nodes/preview.ts";
import { flowOf } from "../../plan/flow.ts";
import type { NodePreview, PreviewStream } from "../../preview/index.ts";
import type { TypedDag, TypedNode } from "../../types.ts";
import { behindWatermark } from "./behind-watermark.ts";
import type { PlannedTest } from "./request.ts";
import { rowFrom } from "./rows.ts";
import type { Reject, SinkRow, SparkBatch, SparkRow, SparkStep } from "./told.ts";

/** What Spark made of a batch, in the form in which the evaluator tells it. `nodes`: every node before anything came. Nodes that nobody asked for stay empty. */
export function nodesOf(
  typed: TypedDag,
  { request, numbers }: PlannedTest,
  nodes: readonly NodePreview[],
  batch: SparkBatch,
): NodePreview[] {
  const flow = flowOf(typed);
  const byId = new Map(typed.nodes.map((node) => [node.node.id, node]));
  return nodes.map((empty) => {
    const node = byId.get(empty.node);
    const sunk = batch.sinks[empty.node];
    if (node === undefined) return empty;
    if (sunk !== undefined) return sinkNode(empty, sunk, numbers);
    const [inputs, outputs] = [node.node.from.map(flow.name), flow.streams(node)].map((names) =>
      names.flatMap((name) => batch.streams[name] ?? []),
    );
    const [first] = outputs ?? [];
    if (first === undefined || inputs === undefined || outputs === undefined) return empty;
    const isExplode = request.calls.some(
      ({ call, node, module }) => call === "apply" && node === empty.node && module === "explode",
    );
    const rejecting = node.part.kind === "stateful" ? [...inputs, first] : [first];
    const dead = rejecting.flatMap(({ rows }) => deadOf(empty.node, rows));
    const filtered = filteredOf(
      first.filtered,
      inputs.flatMap(({ rows }) => rows),
      [
        ...outputs.flatMap(({ rows }) => rows.map((row) => (isExplode ? withoutElement(row) : row))),
        ...dead.map(({ row }) => row),
      ],
    );
    const step = batch.steps[empty.node];
    return {
      ...empty,
      outputs: empty.outputs.map((stream) =>
        shown(stream, batch.streams[flow.name({ node: empty.node, ...outputOf(stream) })]?.rows, numbers),
      ),
      dropped: [
        ...dead.map(({ row, reject }) => drop(row.place, numbers, "dead-letter", reject)),
        ...filtered.map((place) => drop(place, numbers, "filtered")),
        ...(step === undefined ? [] : behindOf(step, first.rows, numbers)),
      ],
      ...(step !== undefined && keepsWindows(node) && { open: step.open }),
    };
  });
}

type Numbers = PlannedTest["numbers"];

const outputOf = ({ name }: PreviewStream) => (name === "main" ? {} : { output: name });

function keepsWindows({ part }: TypedNode): boolean {
  return part.kind === "stateful" && part.forgets && part.module !== "deduplicate";
}

function shown(stream: PreviewStream, rows: readonly SparkRow[] = [], numbers: Numbers): PreviewStream {
  const live = rows.flatMap(({ row, place }) => (row === null ? [] : [previewRow(row, stream.columns, place, numbers)]));
  return { ...stream, rows: live };
}

function previewRow(text: string, columns: readonly Column[], place: string | null, numbers: Numbers): PreviewRow {
  return { values: rowFrom(text, columns), ...recordOf(place, numbers) };
}

function recordOf(place: string | null, numbers: Numbers): { record?: number } {
  const record = place === null ? undefined : numbers.get(place);
  return record === undefined ? {} : { record };
}

const MESSAGES = {
  filtered: "Spark dropped it",
  late: "Spark dropped it behind the watermark",
  repeat: "Spark took it for a repeat",
};

function drop(place: string | null, numbers: Numbers, why: Drop["why"], reject?: Reject): Drop {
  const row = { values: Object.create(null), ...recordOf(place, numbers) };
  return why === "dead-letter" && reject
    ? { row, why, code: reject.code, message: reject.message }
    : { row, why, message: MESSAGES[why as "late"] };
}

function deadOf(node: string, rows: readonly SparkRow[]): { row: SparkRow; reject: Reject }[] {
  return rows.flatMap((row) => row.rejects.filter((reject) => reject.node === node).map((reject) => ({ row, reject })));
}

/** The rows that went in and did not come out, where that tells as many as Spark has counted; else as many without a record. */
function filteredOf(count: number, into: readonly SparkRow[], out: readonly SparkRow[]): (string | null)[] {
  const key = ({ place, element }: SparkRow) => `${place}|${element}`;
  const left = new Set(out.map(key));
  const gone = into.filter((row) => row.row !== null && row.place !== null && !left.has(key(row)));
  return gone.length === count ? gone.map(({ place }) => place) : Array.from({ length: count }, () => null);
}

/** The row that was taken apart: `3.1` is an element of `3`. */
function withoutElement(row: SparkRow): SparkRow {
  const outer = row.element?.split(".").slice(0, -1).join(".") ?? "";
  return { ...row, element: outer === "" ? null : outer };
}

function behindOf(step: SparkStep, out: readonly SparkRow[], numbers: Numbers): Drop[] {
  const { late, repeats } = behindWatermark(
    step,
    out.flatMap(({ place }) => place ?? []),
  );
  return [...late.map((place) => drop(place, numbers, "late")), ...repeats.map((place) => drop(place, numbers, "repeat"))];
}

function sinkNode(empty: NodePreview, rows: readonly SinkRow[], numbers: Numbers): NodePreview {
  const dropped = rows.flatMap(({ place, deleted, rejects }) => [
    ...rejects.map((reject) => drop(place, numbers, "dead-letter", reject)),
    ...(deleted ? [drop(place, numbers, "filtered")] : []),
  ]);
  const outputs = empty.outputs.map((stream) => ({
    ...stream,
    rows: rows.flatMap(({ document, place }) =>
      document === undefined ? [] : [previewRow(document, stream.columns, place, numbers)],
    ),
  }));
  return { ...empty, outputs, dropped };
}
