/** What each node makes of sample rows, without Spark. Pure: text in, rows out. */
import type { Column } from "../column-type.ts";
import { kindOf } from "../nodes/index.ts";
import type { Drop, PreviewBatch, PreviewResult, PreviewRow } from "../nodes/preview.ts";
import type { SpecNode } from "../spec.ts";
import type { TypedDag, TypedNode } from "../types.ts";
import type { Part } from "./read-topic.ts";
import { type AtHand, type PreviewPython, type PreviewTables, type StandIns, type Step, stepOf } from "./step.ts";

/** What to show. */
export interface PreviewRequest {
  /** Source → its sample: records as they come, without their line end. */
  samples: ReadonlyMap<string, readonly (string | Uint8Array)[]>;
  /** When Kafka took the records, in microseconds since 1970; without it no time is taken to lie too far ahead. */
  arrived?: bigint;
  /** How many records of a source make a batch; without it there is one batch. */
  batch?: number;
  /** Runs the steps that need Python. */
  python?: PreviewPython;
  tables?: PreviewTables;
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
  begin: (atHand: AtHand) => Step;
  /** The node with its streams, all of them empty. */
  empty: NodePreview;
  /** The node that keeps this one from having a preview, itself or one above it, and why. */
  lack?: { node: string; why: string };
  /** What came out in the batch that runs. */
  result: PreviewResult;
}

const NOTHING: PreviewResult = { outputs: {}, dropped: [] };

/** A batch. `standIns`: what stands in from here on for what nodes ask elsewhere. */
export type PreviewInput = Pick<PreviewRequest, "samples" | "arrived"> & { standIns?: StandIns };

/** A pipeline whose nodes are ready; each keeps from one batch to the next what Spark keeps as its state. */
export interface OpenPreview {
  /** Every node before anything came, in the order of the flow. */
  nodes: NodePreview[];
  /**
   * What each node makes of a batch, and of the rest that follows it: between two batches Spark has one without records, in which what the watermark
   * has passed is let go. Records of a source are numbered on from the batch before.
   */
  run(batch: PreviewInput): Promise<NodePreview[]>;
}

/** Makes every node ready. What needs a Python, the rows of a table or answers has no preview where they are not given. */
export function openPreview(
  typed: TypedDag,
  python?: PreviewPython,
  tables: PreviewTables = new Map(),
  standIns: StandIns = new Map(),
): OpenPreview {
  const running = new Map<SpecNode, Running>();
  const atHand = { python, tables, standIns };
  for (const node of typed.nodes) running.set(node.node, start(node, typed, running, atHand));
  const read = new Map<string, number>();
  const nodes = Array.from(running.values(), ({ empty }) => empty);
  return {
    nodes,
    async run({ samples, arrived, standIns: given = new Map() }) {
      // Who asks elsewhere keeps no state, and can begin anew.
      for (const node of running.values())
        if (given.has(node.typed.node.id)) node.step = node.begin({ ...atHand, standIns: given });
      const numbered = { samples, read: new Map(read), ...(arrived !== undefined && { arrived }) };
      for (const [source, { length }] of samples) read.set(source, (read.get(source) ?? 0) + length);
      const shown = await runBatch(typed, running, numbered);
      return together(shown, await runBatch(typed, running, { ...numbered, samples: new Map() }));
    },
  };
}

/** Runs every node on the samples, which come in one batch or several. Nodes stand in the order of the flow. */
export async function previewPipeline(typed: TypedDag, request: PreviewRequest): Promise<NodePreview[]> {
  const pipeline = openPreview(typed, request.python, request.tables);
  const longest = Math.max(0, ...Array.from(request.samples.values(), ({ length }) => length));
  const size = Math.max(1, request.batch ?? longest);
  let shown = pipeline.nodes;
  for (let from = 0; from < longest; from += size) {
    const samples = new Map(Array.from(request.samples, ([source, lines]) => [source, lines.slice(from, from + size)]));
    shown = together(shown, await pipeline.run({ ...request, samples }));
  }
  return shown;
}

/** What came first and what came then, node by node. */
function together(first: readonly NodePreview[], then: readonly NodePreview[]): NodePreview[] {
  const joined = (a: readonly PreviewStream[], b: readonly PreviewStream[]) =>
    a.map((stream, i) => ({ ...stream, rows: [...stream.rows, ...(b[i]?.rows ?? [])] }));
  return then.map((next, i) => {
    const before = first[i] ?? next;
    return {
      ...next,
      inputs: joined(before.inputs, next.inputs),
      outputs: joined(before.outputs, next.outputs),
      dropped: [...before.dropped, ...next.dropped],
    };
  });
}

function start(typed: TypedNode, { dag }: TypedDag, running: ReadonlyMap<SpecNode, Running>, atHand: AtHand): Running {
  const { node } = typed;
  const read = inputsOf(typed, dag).map(({ source, output }) => ({ from: running.get(source), output }));
  const inputs = read.map(({ from, output }, i) => {
    const stream = output === undefined ? from?.typed.output : from?.typed.outputs?.[output];
    return { name: nameOf(node, i), columns: stream?.columns ?? [], stream };
  });
  const streams = inputs.flatMap(({ stream }) => stream ?? []);
  const begin = (given: AtHand) => stepOf(typed, streams, given);
  const step = begin(atHand);
  const lack =
    read.find(({ from }) => from?.lack !== undefined)?.from?.lack ?? (step.missing && { node: node.id, why: step.missing });
  const outputs = { ...(typed.output && { main: typed.output.columns }) };
  const named = [
    ...Object.entries(outputs),
    ...Object.entries(typed.outputs ?? {}).map(([name, { columns }]) => [name, columns] as const),
  ];
  const empty: NodePreview = {
    node: node.id,
    type: node.type,
    inputs: inputs.map(({ name, columns }) => ({ name, columns, rows: [] })),
    outputs: named.map(([name, columns]) => ({ name, columns, rows: [] })),
    dropped: [],
    ...(lack && { missing: lack.node === node.id ? lack.why : `there is none of \`${lack.node}\`: ${lack.why}` }),
  };
  if (kindOf(node.type).role === "sink") empty.outputs.push({ name: "documents", columns: step.documents ?? [], rows: [] });
  return { typed, step, begin, empty, result: NOTHING, ...(lack && { lack }) };
}

function inputsOf({ node }: TypedNode, dag: TypedDag["dag"]): { source: SpecNode; output: string | undefined }[] {
  return dag.meant(node).flatMap(({ nodes: [source], output }) => (source === undefined ? [] : [{ source, output }]));
}

function nameOf({ from }: SpecNode, i: number): string {
  const input = from[i];
  return input === undefined ? "" : input.output === undefined ? input.node : `${input.node}.${input.output}`;
}

async function runBatch({ nodes, dag }: TypedDag, running: ReadonlyMap<SpecNode, Running>, part: Part): Promise<NodePreview[]> {
  const shown: NodePreview[] = [];
  for (const typed of nodes) {
    const node = running.get(typed.node);
    if (node === undefined) continue;
    const batches: PreviewBatch[] = inputsOf(typed, dag).map(({ source, output }) => {
      const result = running.get(source)?.result ?? NOTHING;
      return { rows: result.outputs[output ?? "main"] ?? [], ...(result.watermark && { watermark: result.watermark }) };
    });
    if (node.empty.missing === undefined) node.result = await node.step.run(batches, part);
    shown.push(shownOf(node, batches));
  }
  return shown;
}

function shownOf({ empty, result, step }: Running, batches: readonly PreviewBatch[]): NodePreview {
  return {
    ...empty,
    inputs: empty.inputs.map((stream, i) => ({ ...stream, rows: step.readsRows ? [...(batches[i]?.rows ?? [])] : [] })),
    outputs: empty.outputs.map((stream) => ({
      ...stream,
      rows: result.outputs[stream.name === "documents" ? "main" : stream.name] ?? [],
    })),
    dropped: result.dropped,
    ...(result.open !== undefined && { open: result.open }),
  };
}

export type { Drop, PreviewRow } from "../nodes/preview.ts";
export type { PreviewPython, PreviewTables, StandIns } from "./step.ts";
