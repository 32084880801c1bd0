import type { Column } from "../column-type.ts";
import {
  aggregateArguments,
  checkExpression,
  parseExpression,
  prepareGroup,
  prepareRow,
  type Refusal,
  type Row,
  type TypedExpression,
} from "../expression/index.ts";
import type { StandIn } from "../nodes/given.ts";
import { kindOf } from "../nodes/index.ts";
import type { NodeKind, Stream } from "../nodes/node-kind.ts";
import type { GroupEvaluator, PreviewBatch, PreviewContext, PreviewResult, PythonFunctions } from "../nodes/preview.ts";
import { valueAt } from "../pointer.ts";
import type { TypedNode } from "../types.ts";
import { type Part, readTopic } from "./read-topic.ts";

/** A Python at hand, and which sets of packages it has. */
export interface PreviewPython {
  packages: readonly string[];
  call: PythonFunctions;
}

/** Node → the rows of the table that it looks into. */
export type PreviewTables = ReadonlyMap<string, readonly Row[]>;

/** Node → what stands in for what it asks elsewhere. */
export type StandIns = ReadonlyMap<string, StandIn>;

/** What was given beside the samples. */
export interface AtHand {
  python: PreviewPython | undefined;
  tables: PreviewTables;
  standIns: StandIns;
}

/** A node ready to run. */
export interface Step {
  run(batches: readonly PreviewBatch[], part: Part): PreviewResult | Promise<PreviewResult>;
  /** False where what it reads is bytes and no rows. */
  readsRows: boolean;
  /** The columns of a sink's documents. */
  documents?: Column[];
  /** Why it cannot run, in half a sentence. */
  missing?: string;
}

const NEVER = { failed: "not evaluated", from: 0, to: 0 };

/** Makes a node ready: a topic reads the records of its source, transforms and sinks are run by their rooms. */
export function stepOf(typed: TypedNode, inputs: readonly Stream[], atHand: AtHand): Step {
  const { node } = typed;
  const kind = kindOf(node.type);
  if (kind.role === "source") return { run: () => ({ outputs: {}, dropped: [] }), readsRows: false };
  // A topic that is there already is its own source.
  const source = node.from[0]?.node ?? node.id;
  const { part, output } = typed;
  if (part.kind === "topic")
    return { run: (_, batch) => readTopic(source, part, output?.columns ?? [], batch), readsRows: false };
  const refused: Refusal[] = [];
  const run = kind.preview?.(contextOf(typed, inputs, refused, atHand) as PreviewContext<never>);
  const [refusal] = refused;
  const missing =
    refusal === undefined
      ? run === undefined
        ? (kind.noPreview ?? needOf(kind, node.config))
        : undefined
      : `\`${refusal.name}\` is evaluated by Spark alone here: ${refusal.reason}`;
  return {
    run: run ?? (() => ({ outputs: {}, dropped: [] })),
    readsRows: true,
    ...(kind.role === "sink" && { documents: documentsOf(kind, node.config, inputs[0]?.columns ?? []) }),
    ...(missing !== undefined && { missing }),
  };
}

function needOf({ previewNeeds }: NodeKind, config: unknown): string {
  if (previewNeeds === undefined) return "its type has none";
  return `it needs ${typeof previewNeeds === "string" ? previewNeeds : previewNeeds(config as never)}`;
}

function contextOf(
  { node, output, part }: TypedNode,
  inputs: readonly Stream[],
  refused: Refusal[],
  { python, tables, standIns }: AtHand,
): PreviewContext<unknown> {
  const packages = part.kind === "step" ? (part.packages ?? []) : [];
  const standIn = standIns.get(node.id);
  const table = standIn !== undefined && "rows" in standIn ? standIn.rows : tables.get(node.id);
  const isThere = python !== undefined && packages.every((name) => python.packages.includes(name));
  const columns = inputs[0]?.columns ?? [];
  const typedAt = (path: readonly string[], mode: "row" | "aggregate"): TypedExpression => {
    const { expression } = parseExpression(String(valueAt(node.config, path)));
    const typed = expression && checkExpression(expression, [...columns], { mode }).typed;
    if (typed === undefined) throw new Error(`the expression at ${path.join("/")} of ${node.id} was not checked`);
    return typed;
  };
  const prepared = (typed: TypedExpression) => {
    const found = prepareRow(typed);
    if ("evaluate" in found) return found.evaluate;
    refused.push(...found.refused);
    return () => NEVER;
  };
  return {
    id: node.id,
    config: node.config,
    inputs,
    output,
    ...(table && { table }),
    ...(standIn !== undefined && "answers" in standIn && { answers: standIn.answers }),
    ...(isThere && { python: python.call }),
    row: (path) => prepared(typedAt(path, "row")),
    typeOf: (path) => typedAt(path, "row").type,
    group(path): GroupEvaluator {
      const typed = typedAt(path, "aggregate");
      const found = prepareGroup(typed);
      if ("refused" in found) refused.push(...found.refused);
      return { value: "evaluate" in found ? found.evaluate : () => NEVER, arguments: aggregateArguments(typed).map(prepared) };
    },
  };
}

function documentsOf(kind: NodeKind, config: unknown, columns: Column[]): Column[] {
  return kind.shows?.(config as never, columns) ?? columns;
}
