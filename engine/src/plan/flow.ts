import type { Arguments } from "../nodes/node-kind.ts";
import type { Input } from "../spec.ts";
import type { TypedDag, TypedNode } from "../types.ts";

/** What lies above the end of a query. */
export interface View {
  /** Every node but the sources, in the order of the flow. */
  nodes: TypedNode[];
  /** The streams whose rejects reach the end: no stateful step lies between. */
  open: Set<string>;
  /** Topic → how often Spark reads it, since each way to it is a scan of its own. In the order of Spark's sources. */
  scans: Map<string, number>;
  /** The stateful steps in the order in which Spark reports them: from the end upwards, a step once for each way to it. */
  operators: TypedNode[];
}

/** The typed DAG as streams: who reads which, and what lies above them. */
export interface Flow {
  /** Names a stream in the plan: its node, and which of the node's outputs where it has several. */
  name(input: Pick<Input, "node" | "output">): string;
  /** The nodes that read a stream. */
  readers(stream: string): TypedNode[];
  /** The streams that a node makes. */
  streams(node: TypedNode): string[];
  view(end: Input): View;
  /** The nodes whose rejects reach the end of a view, or may: those that make its open streams, and those whose guards stand on them. */
  rejecting(view: View): string[];
}

/** Makes a typed DAG answer for its streams. */
export function flowOf(typed: TypedDag): Flow {
  const nodes = new Map(typed.nodes.map((node) => [node.node.id, node]));
  const name: Flow["name"] = ({ node, output }) => {
    const hasSides = nodes.get(node)?.outputs !== undefined;
    return hasSides ? `${node}.${output ?? "main"}` : node;
  };
  const streams = ({ node, output, outputs }: TypedNode) => [
    ...(output === undefined ? [] : [name({ node: node.id })]),
    ...Object.keys(outputs ?? {}).map((side) => name({ node: node.id, output: side })),
  ];
  const makers = new Map(typed.nodes.flatMap((node) => streams(node).map((stream) => [stream, node] as const)));
  const readers = new Map<string, TypedNode[]>();
  for (const reader of typed.nodes)
    for (const stream of new Set(reader.node.from.map(name))) {
      const others = readers.get(stream);
      if (others === undefined) readers.set(stream, [reader]);
      else others.push(reader);
    }
  const places = new Map(typed.nodes.map((node, at) => [node, at]));
  const inOrder = (all: Iterable<TypedNode>) => [...all].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  const guards = (node: TypedNode, stream: string) => guardedInputs(node).some(({ input }) => name(input) === stream);
  return {
    name,
    readers: (stream) => readers.get(stream) ?? [],
    streams,
    view: (end) => {
      const { above, ...view } = viewFrom(end, nodes, name);
      return { ...view, nodes: inOrder(above) };
    },
    rejecting: ({ open }) => {
      const seen = [...open].flatMap((stream) =>
        [makers.get(stream) ?? [], (readers.get(stream) ?? []).filter((node) => guards(node, stream))].flat(),
      );
      return inOrder(new Set(seen)).map(({ node }) => node.id);
    },
  };
}

/** The inputs of a stateful step that it guards, each with its guard. */
export function guardedInputs({ node, part }: TypedNode): { input: Input; guard: Arguments }[] {
  if (part.kind !== "stateful" || part.guard === undefined) return [];
  const guards = [part.guard].flat();
  return node.from.flatMap((input, at) => {
    const guard = guards[at] ?? null;
    return guard === null ? [] : [{ input, guard }];
  });
}

function viewFrom(end: Input, nodes: Map<string, TypedNode>, name: Flow["name"]) {
  const above = new Set<TypedNode>();
  const open = new Set<string>();
  const seen = new Set<string>();
  const visit = (input: Input, isOpen: boolean) => {
    const node = nodes.get(input.node);
    const stream = name(input);
    if (node === undefined || node.part.kind === "source" || seen.has(`${isOpen} ${stream}`)) return;
    seen.add(`${isOpen} ${stream}`);
    above.add(node);
    if (isOpen) open.add(stream);
    for (const next of node.node.from) visit(next, isOpen && node.part.kind !== "stateful");
  };
  visit(end, true);
  const { scans, operators } = waysUp(end, nodes);
  return { above, open, scans, operators };
}

interface Ways {
  scans: Map<string, number>;
  operators: TypedNode[];
}

/** Counts along every way to the topics, each node's ways once. */
function waysUp(end: Input, nodes: Map<string, TypedNode>, known = new Map<string, Ways>()): Ways {
  const found = known.get(end.node);
  if (found !== undefined) return found;
  const node = nodes.get(end.node);
  const scans = new Map<string, number>(node?.part.kind === "topic" ? [[node.part.name, 1]] : []);
  const operators = node?.part.kind === "stateful" ? [node] : [];
  for (const input of node?.node.from ?? []) {
    const ways = waysUp(input, nodes, known);
    for (const [topic, times] of ways.scans) scans.set(topic, (scans.get(topic) ?? 0) + times);
    operators.push(...ways.operators);
  }
  const ways = { scans, operators };
  known.set(end.node, ways);
  return ways;
}
