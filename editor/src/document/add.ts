import { freeInput } from "./connect.ts";
import { type Draft, type Edit, edited } from "./draft.ts";
import { nodeType } from "./node-types.ts";
import { copied, isRecord } from "./plain-data.ts";
import { refuse } from "./refused.ts";
import {
  type Connection,
  connectionText,
  freeName,
  mainOutput,
  nodeOf,
  nodesOf,
  refuseWrongId,
  whyNotRead,
  wordOf,
} from "./spec-nodes.ts";
import { asNodes } from "./steps.ts";

/** A node to write. Without an id it is named by its type, without a config it gets the smallest one that its type allows. */
export interface NewNode {
  type: string;
  id?: string;
  config?: unknown;
  from?: Connection;
}

/** Writes a node behind the others. */
export function addNode(text: string, node: NewNode): Edit {
  return edited(text, (draft) => {
    const { under, nodes } = nodesOf(draft.spec);
    const last = nodes.at(-1);
    // In a list of steps each reads the one before.
    const isNextStep =
      freeInput(node.type, new Set()) === undefined &&
      (last === undefined ? node.from === undefined : node.from?.node === last.id && node.from.output === undefined);
    if (under === "steps" && !isNextStep) asNodes(draft);
    const id = newId(draft, node);
    if (node.from !== undefined) refuseUnreadable(draft, { id, type: node.type }, node.from);
    append(draft, [nodeValue(draft, id, node)]);
    return id;
  });
}

/** Writes a node between two that are connected: it reads what the second read, and the second reads it. */
export function insertOnEdge(text: string, edge: { from: Connection; to: string }, node: NewNode): Edit {
  return edited(text, (draft) => {
    const id = newId(draft, node);
    const { under, nodes } = nodesOf(draft.spec);
    const reader = nodeOf(nodes, edge.to);
    const value = nodeValue(draft, id, { ...node, from: edge.from });
    const between = mainOutput(id, node.type, value.config);
    refuseUnreadable(draft, { id, type: node.type }, edge.from);
    const why = whyNotRead(reader, { id, type: node.type });
    if (why !== undefined) refuse(why);
    const isStep = under === "steps" && freeInput(node.type, new Set()) === undefined;
    if (isStep && between.output === undefined && nodes[reader.index - 1]?.id === edge.from.node) {
      draft.step({ op: "insert", path: ["steps"], index: reader.index, entries: [{ value }] });
      return id;
    }
    asNodes(draft);
    const { path, index, inputs } = nodeOf(nodesOf(draft.spec).nodes, edge.to);
    const read = inputs.find((input) => connectionText(input) === connectionText(edge.from));
    if (read === undefined) return refuse(`\`${edge.to}\` does not read \`${connectionText(edge.from)}\`.`);
    draft.step(
      { op: "insert", path: path.slice(0, -1), index, entries: [{ value }] },
      { op: "replace", path: read.path, value: connectionText(between) },
    );
    return id;
  });
}

function newId(draft: Draft, { id, type }: NewNode): string {
  if (nodeType(type) === undefined) refuse(`There is no type \`${type}\`.`);
  const { nodes } = nodesOf(draft.spec);
  if (id === undefined) return freeName(wordOf(type), new Set(nodes.map((node) => node.id)));
  refuseWrongId(id, nodes);
  return id;
}

function refuseUnreadable(draft: Draft, reader: { id: string; type: string }, from: Connection): void {
  const why = whyNotRead(reader, nodeOf(nodesOf(draft.spec).nodes, from.node));
  if (why !== undefined) refuse(why);
}

function nodeValue(draft: Draft, id: string, { type, config, from }: NewNode): Record<string, unknown> {
  const isStep = nodesOf(draft.spec).under === "steps";
  const own = copied(config ?? nodeType(type)?.config ?? {});
  if (own === undefined) refuse("The config holds a value that a spec cannot hold.");
  const input = freeInput(type, new Set());
  const read = from && (input === undefined ? connectionText(from) : { [input]: connectionText(from) });
  return { id, type, ...(read !== undefined && !isStep && { from: read }), config: own };
}

/** Writes nodes behind the others, where there are none under a new `nodes`. `lines`: their text. */
export function append(draft: Draft, values: readonly unknown[], lines?: readonly (readonly string[])[]): void {
  const { under, nodes } = nodesOf(draft.spec);
  const entries = values.map((value, i) => ({ value, ...(lines?.[i] && { lines: lines[i] }) }));
  const { value: root } = draft.spec;
  if (!isRecord(root)) refuse("The text is no pipeline yet. Begin it with `version: 1` and `name`.");
  else if (under === undefined)
    draft.step({ op: "insert", path: [], index: Object.keys(root).length, entries: [{ key: "nodes", value: [] }] });
  else if (!Array.isArray(root[under])) draft.step({ op: "replace", path: [under], value: [] });
  draft.step({ op: "insert", path: [under ?? "nodes"], index: nodes.length, entries });
}
