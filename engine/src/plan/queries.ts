import type { PythonValue } from "../nodes/node-kind.ts";
import type { TypedDag, TypedNode } from "../types.ts";
import type { QueryPlan } from "./plan.ts";

/** A query before ownership is settled: its nodes from the topic down to its last stream. */
interface Draft {
  name: string;
  path: TypedNode[];
  sink?: TypedNode;
}

/**
 * One query per sink. Every node's rejects get exactly one owner: the first query without state that holds the node, since rows
 * that reach a stateful step cannot carry rejects past it. Where there is none, a query for the rejects alone is added.
 */
export function planQueries(typed: TypedDag, shufflePartitions: number): QueryPlan[] {
  const nodes = new Map(typed.nodes.map((node) => [node.node.id, node]));
  const sinks = typed.nodes.filter((node) => node.part.kind === "sink");
  const drafts = sinks.map((sink): Draft => ({ name: sink.node.id, path: pathTo(sink, nodes), sink }));
  const all = [...drafts, ...rejectDrafts(drafts)];
  const owners = ownership(all);
  const reporters = stateReporters(drafts);
  return all.map((draft) => ({
    name: draft.name,
    from: draft.path.at(-1)?.node.id ?? "",
    ...sinkOf(draft),
    owns: [...owners].filter(([, owner]) => owner === draft).map(([id]) => id),
    ...statefulOf(draft, reporters),
    topics: draft.path.flatMap(({ part }) => (part.kind === "topic" ? [part.topic.name] : [])),
    fingerprint: fingerprintOf(draft, shufflePartitions),
  }));
}

function pathTo(sink: TypedNode, nodes: Map<string, TypedNode>): TypedNode[] {
  const path: TypedNode[] = [];
  let next = nodes.get(sink.node.from[0]?.node ?? "");
  while (next !== undefined && next.part.kind !== "source") {
    path.unshift(next);
    next = nodes.get(next.node.from[0]?.node ?? "");
  }
  return path;
}

/** The nodes whose rejects are still records of a topic: everything above the first stateful step. */
function recordNodes(path: TypedNode[]): TypedNode[] {
  const at = path.findIndex(({ part }) => part.kind === "stateful");
  return at === -1 ? path : path.slice(0, at);
}

const isStateful = (draft: Draft) => recordNodes(draft.path).length < draft.path.length;

function rejectDrafts(drafts: Draft[]): Draft[] {
  const covered = new Set(drafts.filter((draft) => !isStateful(draft)).flatMap((draft) => draft.path));
  const added: Draft[] = [];
  // The longest first: it holds what the shorter ones share with it, and the topic is read once less.
  const paths = drafts.filter(isStateful).map(({ path }) => recordNodes(path));
  for (const path of paths.sort((a, b) => b.length - a.length)) {
    const last = path.at(-1);
    if (last === undefined || covered.has(last)) continue;
    added.push({ name: `${last.node.id}.rejects`, path });
    for (const node of path) covered.add(node);
  }
  return added;
}

/** node id → the query that writes its dead letters, in the order of the flow. */
function ownership(drafts: Draft[]): Map<string, Draft> {
  const owners = new Map<string, Draft>();
  const claim = (draft: Draft, nodes: TypedNode[]) => {
    for (const { node } of nodes) if (!owners.has(node.id)) owners.set(node.id, draft);
  };
  for (const draft of drafts.filter((d) => !isStateful(d))) claim(draft, draft.path);
  for (const { path } of drafts.filter(isStateful)) {
    const above = recordNodes(path);
    const owner = owners.get(above.at(-1)?.node.id ?? "");
    // The rows that a stateful step refuses are records still, seen by whoever owns its input.
    if (owner !== undefined) claim(owner, path.slice(above.length, above.length + 1));
  }
  for (const draft of drafts.filter(isStateful)) claim(draft, draft.path.slice(recordNodes(draft.path).length));
  return owners;
}

/** stateful step → the one query that reports its late rows: every query behind it drops, and would count, the same ones. */
function stateReporters(drafts: Draft[]): Map<TypedNode, Draft> {
  const reporters = new Map<TypedNode, Draft>();
  for (const draft of drafts) {
    const step = draft.path.find(({ part }) => part.kind === "stateful");
    if (step !== undefined && !reporters.has(step)) reporters.set(step, draft);
  }
  return reporters;
}

function statefulOf(draft: Draft, reporters: Map<TypedNode, Draft>): Pick<QueryPlan, "stateful"> {
  const step = [...reporters].find(([, reporter]) => reporter === draft)?.[0];
  return step === undefined ? {} : { stateful: step.node.id };
}

function sinkOf({ sink }: Draft): Pick<QueryPlan, "sink"> {
  if (sink?.part.kind !== "sink") return {};
  return { sink: { node: sink.node.id, type: sink.node.type, module: sink.part.module, arguments: sink.part.arguments } };
}

/** Spark's rules on what a checkpoint survives: "Recovery Semantics after Changes in a Streaming Query". */
function fingerprintOf({ path, sink }: Draft, shufflePartitions: number): Record<string, PythonValue> {
  const topics = path.flatMap(({ part }) => (part.kind === "topic" ? [part.topic.name] : []));
  const state = path.flatMap(({ node, part }) =>
    part.kind === "stateful" ? [{ node: node.id, module: part.module, ...part.state }] : [],
  );
  if (state.length === 0) return { topics };
  const outputMode = (sink?.part.kind === "sink" && sink.part.arguments.output_mode) || "append";
  return { topics, state, outputMode, shufflePartitions };
}
