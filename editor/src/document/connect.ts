import { type Draft, type Edit, edited, type Op } from "./draft.ts";
import { nodeType } from "./node-types.ts";
import { isRecord } from "./plain-data.ts";
import { refuse } from "./refused.ts";
import { type Connection, connectionText, freeName, type NodeText, nodeOf, nodesOf, whyNotRead } from "./spec-nodes.ts";
import { asNodes, keyIndex } from "./steps.ts";

/** An edge to be: what is read, who reads it, and by which name where its inputs have names. */
export interface NewEdge {
  from: Connection;
  to: string;
  input?: string;
}

/** Lets a node read another: beside what it reads, or instead of it where it reads one node alone. */
export function connect(text: string, edge: NewEdge): Edit {
  return edited(text, (draft) => {
    asNodes(draft);
    const { nodes } = nodesOf(draft.spec);
    refuseEdge(nodes, edge);
    draft.step(connection(draft, nodeOf(nodes, edge.to), edge));
    return edge.to;
  });
}

function refuseEdge(nodes: readonly NodeText[], { from, to }: NewEdge): void {
  const reader = nodeOf(nodes, to);
  const source = nodeOf(nodes, from.node);
  const why = whyNotRead(reader, source);
  if (why !== undefined) refuse(why);
  if (reader.inputs.some((input) => connectionText(input) === connectionText(from)))
    refuse(`\`${to}\` reads \`${connectionText(from)}\` already.`);
  const circle = wayTo(nodes, source, reader);
  if (circle !== undefined) refuse(`Data flows one way: ${[...circle, circle[0]].join(" → ")} would be a circle.`);
}

/** The ids from `start` on downwards to `source`, where `source` hangs on it. */
function wayTo(nodes: readonly NodeText[], source: NodeText, start: NodeText): string[] | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const upwards = (node: NodeText | undefined): string[] | undefined => {
    if (node === undefined || seen.has(node.id)) return undefined;
    if (node === start) return [node.id];
    seen.add(node.id);
    for (const input of node.inputs) {
      const way = upwards(byId.get(input.node));
      if (way !== undefined) return [...way, node.id];
    }
    return undefined;
  };
  return upwards(source);
}

function connection({ spec }: Draft, reader: NodeText, { from, input }: NewEdge): Op {
  const text = connectionText(from);
  const path = [...reader.path, "from"];
  const { from: before } = reader.value;
  const [only] = reader.inputs;
  const max = nodeType(reader.type)?.most ?? Number.POSITIVE_INFINITY;
  if (max === 1 && only !== undefined && reader.inputs.length === 1) return { op: "replace", path: only.path, value: text };
  if (isRecord(before) && input !== undefined && input in before) return { op: "replace", path: [...path, input], value: text };
  if (reader.inputs.length >= max)
    refuse(`\`${reader.id}\` (${reader.type}) reads at most ${max} nodes. Remove one of its edges first.`);
  // Those without names take the type's first ones.
  const own = nodeType(reader.type)?.inputNames?.slice(0, reader.inputs.length) ?? [];
  const names = new Set(isRecord(before) ? Object.keys(before) : own);
  const key = input ?? freeInput(reader.type, names) ?? freeName(from.node, names);
  if (!("from" in reader.value)) {
    const value = input === undefined && !hasNames(reader.type) ? text : { [key]: text };
    return { op: "insert", path: reader.path, index: keyIndex(reader.value, "from"), entries: [{ key: "from", value }] };
  }
  const collection = spec.collection(path);
  const index = collection?.items.length ?? 0;
  if (isRecord(before)) return { op: "insert", path, index, entries: [{ key, value: text }] };
  if ((input !== undefined || hasNames(reader.type)) && reader.inputs.length > 0) {
    const { from: start = 0, end = 0 } = spec.place(path) ?? {};
    if (/(^|\s)#/.test(spec.text.slice(start, end)))
      refuse("Comments stand between its inputs. Give the inputs names in the text.");
    return { op: "replace", path, value: namedInputs(reader, key, text) };
  }
  if (Array.isArray(before)) return { op: "insert", path, index, entries: [{ value: text }] };
  return { op: "replace", path, value: only === undefined ? text : [connectionText(only), text] };
}

/** Inputs without names get the first ones that are free: the type's own, else those of the nodes they read. */
function namedInputs({ type, inputs }: NodeText, key: string, text: string): Record<string, string> {
  const named: Record<string, string> = {};
  for (const input of inputs) {
    const taken = new Set([...Object.keys(named), key]);
    named[freeInput(type, taken) ?? freeName(input.node, taken)] = connectionText(input);
  }
  return { ...named, [key]: text };
}

const hasNames = (type: string): boolean => nodeType(type)?.inputNames !== undefined;

/** The first name of a type's inputs that is not taken; undefined where they have none, or none is left. */
export function freeInput(type: string, taken: ReadonlySet<string>): string | undefined {
  return nodeType(type)?.inputNames?.find((name) => !taken.has(name));
}

/** Lets a node no longer read another. */
export function disconnect(text: string, { from, to }: { from: Connection; to: string }): Edit {
  return edited(text, (draft) => {
    asNodes(draft);
    const reader = nodeOf(nodesOf(draft.spec).nodes, to);
    const read = reader.inputs.filter((input) => connectionText(input) === connectionText(from));
    if (read.length === 0) refuse(`\`${to}\` does not read \`${connectionText(from)}\`.`);
    draft.step(dropped(reader, read));
    return to;
  });
}

/** Takes inputs out of a node; the last ones with their `from`. */
export function dropped(reader: NodeText, inputs: readonly { path: readonly (string | number)[] }[]): Op {
  if (inputs.length === reader.inputs.length) return { op: "remove", path: reader.path, entries: ["from"] };
  return { op: "remove", path: [...reader.path, "from"], entries: inputs.map(({ path }) => path.at(-1) ?? "") };
}
