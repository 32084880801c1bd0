import { dropped } from "./connect.ts";
import { type Edit, edited, type Op } from "./draft.ts";
import { refuse } from "./refused.ts";
import { type Connection, connectionText, type NodeText, nodeOf, nodesOf, whyNotRead } from "./spec-nodes.ts";

/** Takes nodes out. Where one read a single node, those that read it read that node instead, if they may; else they lose the edge. */
export function removeNodes(text: string, ids: readonly string[]): Edit {
  return edited(text, (draft) => {
    const { under, nodes } = nodesOf(draft.spec);
    if (under === undefined || ids.length === 0) return refuse("There is nothing to remove.");
    const removed = new Set(ids.map((id) => nodeOf(nodes, id)));
    const kept = nodes.filter((node) => !removed.has(node));
    const steps = under === "steps" ? [] : kept.flatMap((reader) => healing(nodes, removed, reader));
    draft.step(...steps, { op: "remove", path: [under], entries: [...removed].map(({ index }) => index) });
    return undefined;
  });
}

function healing(nodes: readonly NodeText[], removed: ReadonlySet<NodeText>, reader: NodeText): Op[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const through = (connection: Connection, seen: ReadonlySet<string> = new Set()): Connection | undefined => {
    const source = byId.get(connection.node);
    if (source === undefined || !removed.has(source)) return connection;
    const [only, second] = source.inputs;
    const isStraight = only !== undefined && second === undefined && !seen.has(source.id);
    return isStraight ? through(only, new Set([...seen, source.id])) : undefined;
  };
  const read = new Set(reader.inputs.filter((input) => through(input) === input).map(connectionText));
  const drops: NodeText["inputs"] = [];
  const ops: Op[] = [];
  for (const input of reader.inputs) {
    const healed = through(input);
    if (healed === input) continue;
    const source = healed && byId.get(healed.node);
    const isAllowed = source !== undefined && whyNotRead(reader, source) === undefined;
    const value = healed && connectionText(healed);
    if (value === undefined || !isAllowed || read.has(value)) drops.push(input);
    else {
      read.add(value);
      ops.push({ op: "replace", path: input.path, value });
    }
  }
  return drops.length === 0 ? ops : [...ops, dropped(reader, drops)];
}
