import type { Draft, Op } from "./draft.ts";
import { nodesOf } from "./spec-nodes.ts";

/** Turns a list of steps into the nodes that it stands for, each with its id and what it reads: a list of steps has no branches. */
export function asNodes(draft: Draft): void {
  const { under, nodes } = nodesOf(draft.spec);
  if (under !== "steps") return;
  const ops = nodes.flatMap(({ id, path, value }, i): Op[] => {
    const before = nodes[i - 1];
    const index = keyIndex(value, "from");
    const from: Op[] = before === undefined ? [] : [{ op: "insert", path, index, entries: [{ key: "from", value: before.id }] }];
    return "id" in value ? from : [...from, { op: "insert", path, index: 0, entries: [{ key: "id", value: id }] }];
  });
  draft.step(...ops, { op: "rename", path: ["steps"], name: "nodes" });
}

/** The order in which the keys of a node are written. */
const ORDER = ["id", "type", "from", "description", "onError", "config"];

/** Where a key of a node is written: behind those that come before it. */
export function keyIndex(node: Record<string, unknown>, key: string): number {
  const place = ORDER.indexOf(key);
  const keys = Object.keys(node);
  return place === -1 ? keys.length : keys.findLastIndex((other) => ORDER.includes(other) && ORDER.indexOf(other) < place) + 1;
}
