import type { PythonValue } from "../nodes/node-kind.ts";
import type { TypedDag, TypedNode } from "../types.ts";
import type { Flow } from "./flow.ts";
import { type Draft, isStateful, settleOwners } from "./owners.ts";
import type { QueryPlan } from "./plan.ts";

/** One query per sink, and one for rejects alone where only stateful queries read what refuses rows. */
export function planQueries(typed: TypedDag, flow: Flow, shufflePartitions: number): QueryPlan[] {
  const { drafts, owns } = settleOwners(sinkDrafts(typed, flow), flow);
  const reporters = stateReporters(drafts);
  return drafts.map((draft) => ({
    name: draft.name,
    from: flow.name(draft.end),
    ...sinkOf(draft),
    owns: owns.get(draft) ?? [],
    ...stateOf(draft, reporters),
    topics: [...draft.view.scans.keys()],
    ...scansOf(draft),
    fingerprint: fingerprintOf(draft, flow, shufflePartitions),
  }));
}

function sinkDrafts(typed: TypedDag, flow: Flow): Draft[] {
  return typed.nodes.flatMap((sink): Draft[] => {
    const [end] = sink.node.from;
    return sink.part.kind !== "sink" || end === undefined ? [] : [{ name: sink.node.id, end, view: flow.view(end), sink }];
  });
}

/** stateful step → the one query that reports its late and dropped rows: every query behind it drops, and would count, the same ones. */
function stateReporters(drafts: Draft[]): Map<TypedNode, Draft> {
  const reporters = new Map<TypedNode, Draft>();
  for (const draft of drafts) for (const step of draft.view.operators) if (!reporters.has(step)) reporters.set(step, draft);
  return reporters;
}

/** `window_start` must have come through to the sink, or there is nothing to tell windows by. */
function hasWindows({ view, end }: Draft): boolean {
  const last = view.nodes.find(({ node }) => node.id === end.node);
  const stream = end.output === undefined ? last?.output : last?.outputs?.[end.output];
  const makesWindows = view.operators.some(({ part }) => part.kind === "stateful" && part.windows);
  return makesWindows && (stream?.columns.some(({ name }) => name === "window_start") ?? false);
}

function stateOf(draft: Draft, reporters: Map<TypedNode, Draft>): Pick<QueryPlan, "operators" | "windows"> {
  const { operators } = draft.view;
  if (operators.length === 0) return {};
  const reported = operators.map((step, at) => {
    const forgets = step.part.kind === "stateful" && step.part.forgets;
    return forgets && reporters.get(step) === draft && operators.indexOf(step) === at;
  });
  const windows = hasWindows(draft);
  return { operators: operators.map(({ node }, at) => (reported[at] ? node.id : null)), ...(windows && { windows }) };
}

function scansOf({ view }: Draft): Pick<QueryPlan, "scans"> {
  const scans = [...view.scans.values()];
  return scans.some((times) => times > 1) ? { scans } : {};
}

function sinkOf({ sink }: Draft): Pick<QueryPlan, "sink" | "every"> {
  if (sink?.part.kind !== "sink") return {};
  const { module, call, arguments: args, keepsAll, every } = sink.part;
  const { id, type } = sink.node;
  return { sink: { node: id, type, module, call, arguments: args, ...(keepsAll && { keepsAll }) }, ...(every && { every }) };
}

/**
 * Spark's rules on what a checkpoint survives: "Recovery Semantics after Changes in a Streaming Query". Spark knows sources and stateful
 * steps by their place in the plan alone, so both are listed in its order.
 */
function fingerprintOf(draft: Draft, flow: Flow, shufflePartitions: number): Record<string, PythonValue> {
  const { view, sink } = draft;
  const topics = [...view.scans.keys()];
  if (!isStateful(draft)) return { topics };
  const state = view.operators.flatMap(({ node, part }) =>
    part.kind === "stateful" ? [{ node: node.id, module: part.module, ...part.state }] : [],
  );
  const outputMode = (sink?.part.kind === "sink" && sink.part.arguments.output_mode) || "append";
  return { topics, state, ...readBelow(draft, flow), outputMode, shufflePartitions };
}

/** Where a state holds whole rows, the steps below decide which of their columns Spark keeps. */
function readBelow({ view }: Draft, flow: Flow): Record<string, PythonValue> {
  const keeps = (node: TypedNode) => node.part.kind === "stateful" && node.part.keepsRows === true;
  if (!view.operators.some(keeps)) return {};
  const below = view.nodes.flatMap(({ node, part }): PythonValue[] => {
    const isBelow = part.kind === "step" && flow.view({ node: node.id, pointer: node.pointer }).operators.some(keeps);
    return isBelow ? [{ node: node.id, module: part.module, ...part.arguments }] : [];
  });
  return { below };
}
