/** What each node makes of sample rows, without Spark. Pure: text in, rows out. */
import type { Column } from "../column-type.ts";
import { kindOf } from "../nodes/index.ts";
import type { Drop, PreviewBatch, PreviewResult, PreviewRow } from "../nodes/preview.ts";
import type { SpecNode } from "../spec.ts";
import type { TypedDag, TypedNode } from "../types.ts";
import { type Step, stepOf } from "./step.ts";

/** What to show. */
export interface PreviewRequest {
  /** Source → its sample: records as they come, without their line end. */
  samples: ReadonlyMap<string, readonly (string | Uint8Array)[]>;
  /** When Kafka took the records, in microseconds since 1970; without it no time is taken to lie too far ahead. */
  arrived?: bigint;
  /** How many records of a source make a batch; without it there is one batch. */
  batch?: number;
}

/** Rows by the name of the stream. */
export interface PreviewStream {
  name: string;
  columns: Column[];
  rows: PreviewRow[];
}

/** A node with what went in and came out. */
export interface NodePreview {
  node: string;
  type: SpecNode["type"];
  inputs: PreviewStream[];
  /** For a sink its documents, in the order in which they are written: a later one replaces one with the same `_id`. */
  outputs: PreviewStream[];
  dropped: Drop[];
  /** Windows that may still change, or whose time is still to come. */
  open?: number;
  /** Why there is no preview, in half a sentence; those who read the node have none either. */
  missing?: string;
}

interface Running {
  typed: TypedNode;
  step: Step;
  shown: NodePreview;
  /** What came out in the batch that runs. */
  result: PreviewResult;
}

const NOTHING: PreviewResult = { outputs: {}, dropped: [] };

/**
 * Runs every node on the samples, which come in one batch or several; between two of them Spark has a rest, so that what the watermark has passed is
 * let go. Nodes stand in the order of the flow.
 */
export function previewPipeline(typed: TypedDag, request: PreviewRequest): NodePreview[] {
  const running = new Map<SpecNode, Running>();
  for (const node of typed.nodes) running.set(node.node, start(node, typed, running));
  const longest = Math.max(0, ...Array.from(request.samples.values(), ({ length }) => length));
  const size = Math.max(1, request.batch ?? longest);
  for (let from = 0; from < longest; from += size) {
    runBatch(typed, running, { ...request, from, to: from + size });
    runBatch(typed, running, { ...request, from: 0, to: 0 });
  }
  return Array.from(running.values(), ({ shown }) => shown);
}

function start(typed: TypedNode, { dag }: TypedDag, running: ReadonlyMap<SpecNode, Running>): Running {
  const { node } = typed;
  const read = inputsOf(typed, dag).map(({ source, output }) => ({ from: running.get(source), output }));
  const inputs = read.map(({ from, output }, i) => {
    const stream = output === undefined ? from?.typed.output : from?.typed.outputs?.[output];
    return { name: nameOf(node, i), columns: stream?.columns ?? [], stream };
  });
  const step = stepOf(
    typed,
    inputs.flatMap(({ stream }) => stream ?? []),
  );
  const lacking = read.find(({ from }) => from?.shown.missing !== undefined)?.from;
  const missing = lacking === undefined ? step.missing : `there is none of \`${lacking.shown.node}\``;
  const outputs = { ...(typed.output && { main: typed.output.columns }) };
  const named = [
    ...Object.entries(outputs),
    ...Object.entries(typed.outputs ?? {}).map(([name, { columns }]) => [name, columns] as const),
  ];
  const shown: NodePreview = {
    node: node.id,
    type: node.type,
    inputs: inputs.map(({ name, columns }) => ({ name, columns, rows: [] })),
    outputs: named.map(([name, columns]) => ({ name, columns, rows: [] })),
    dropped: [],
    ...(missing !== undefined && { missing }),
  };
  if (kindOf(node.type).role === "sink") shown.outputs.push({ name: "documents", columns: step.documents ?? [], rows: [] });
  return { typed, step, shown, result: NOTHING };
}

function inputsOf({ node }: TypedNode, dag: TypedDag["dag"]): { source: SpecNode; output: string | undefined }[] {
  return dag.meant(node).flatMap(({ nodes: [source], output }) => (source === undefined ? [] : [{ source, output }]));
}

function nameOf({ from }: SpecNode, i: number): string {
  const input = from[i];
  return input === undefined ? "" : input.output === undefined ? input.node : `${input.node}.${input.output}`;
}

function runBatch(
  { nodes, dag }: TypedDag,
  running: ReadonlyMap<SpecNode, Running>,
  part: PreviewRequest & { from: number; to: number },
): void {
  for (const typed of nodes) {
    const node = running.get(typed.node);
    if (node === undefined || node.shown.missing !== undefined) continue;
    const batches: PreviewBatch[] = inputsOf(typed, dag).map(({ source, output }) => {
      const result = running.get(source)?.result ?? NOTHING;
      return { rows: result.outputs[output ?? "main"] ?? [], ...(result.watermark && { watermark: result.watermark }) };
    });
    node.result = node.step.run(batches, part);
    keep(node, batches);
  }
}

function keep({ shown, result, step }: Running, batches: readonly PreviewBatch[]): void {
  batches.forEach(({ rows }, i) => {
    if (step.readsRows) shown.inputs[i]?.rows.push(...rows);
  });
  for (const stream of shown.outputs)
    stream.rows.push(...(result.outputs[stream.name === "documents" ? "main" : stream.name] ?? []));
  shown.dropped.push(...result.dropped);
  if (result.open !== undefined) shown.open = result.open;
}

export type { Drop, PreviewRow } from "../nodes/preview.ts";
