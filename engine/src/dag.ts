import { type Checked, didYouMean, type Finding } from "./diagnostic.ts";
import { kindOf } from "./nodes/index.ts";
import type { Spec, SpecNode } from "./spec.ts";

/** A spec with its nodes in the order of the flow. It can be planned only where nothing was found wrong. */
export interface Dag {
  spec: Spec;
  /** Every node after the nodes it reads; otherwise in the order of the text. What lies on a cycle, or behind one, is left out. */
  ordered: SpecNode[];
  readers(id: string): SpecNode[];
}

/**
 * Orders the nodes. Finds unknown inputs, wrong arity, roles that cannot be connected, cycles and dead ends; what can be ordered is returned
 * all the same, so that its expressions are checked too. `broken` are the ids of nodes that exist but could not be read.
 */
export function buildDag(spec: Spec, broken: readonly string[] = []): Checked<Dag> & { value: Dag } {
  const byId = new Map(spec.nodes.map((node) => [node.id, node]));
  const findings = spec.nodes.flatMap((node) => [...inputFindings(node, byId, broken), ...arityFindings(node)]);
  const { ordered, waiting } = topologicalOrder(spec.nodes);
  findings.push(...cycles(waiting).map(cycleFinding));
  const readers = new Map<string, SpecNode[]>();
  for (const node of ordered) for (const input of node.from) readers.set(input.node, [...(readers.get(input.node) ?? []), node]);
  // A node that could not be read, or whose input is misspelt, may be the reader.
  if (broken.length === 0 && findings.length === 0) {
    findings.push(...spec.nodes.filter((node) => kindOf(node.type).role !== "sink" && !readers.has(node.id)).map(deadEnd));
  }
  return { value: { spec, ordered, readers: (id) => readers.get(id) ?? [] }, findings };
}

function inputFindings(node: SpecNode, byId: Map<string, SpecNode>, broken: readonly string[]): Finding[] {
  return node.from.flatMap((input): Finding[] => {
    const source = byId.get(input.node);
    if (source === undefined && broken.includes(input.node)) return [];
    if (source === undefined) {
      const others = [...byId.keys(), ...broken].filter((id) => id !== node.id);
      const hint = didYouMean(input.node, others);
      return [
        {
          code: "dag/unknown-input",
          pointer: input.pointer,
          message: `\`${node.id}\` reads \`${input.node}\`, but there is no such node.`,
          hint,
        },
      ];
    }
    if (input.output !== undefined) {
      const message = `\`${input.node}\` has no side output \`${input.output}\`.`;
      return [{ code: "dag/unknown-output", pointer: input.pointer, message, hint: `read \`${input.node}\`` }];
    }
    const { role } = kindOf(source.type);
    const { roles } = kindOf(node.type).inputs;
    if (roles.length === 0 || roles.includes(role)) return [];
    const message = `\`${node.id}\` (${node.type}) cannot read \`${source.id}\`, a ${source.type}.`;
    const hint =
      role === "source"
        ? "put a `kafka.topic` between them: records rest in a topic before Spark reads them"
        : `it reads a ${roles.join(" or a ")}`;
    return [{ code: "dag/cannot-connect", pointer: input.pointer, message, hint }];
  });
}

function arityFindings(node: SpecNode): Finding[] {
  const { min, max } = kindOf(node.type).inputs;
  const count = node.from.length;
  if (count >= min && count <= max) return [];
  if (max === 0) {
    return [
      {
        code: "dag/source-with-input",
        pointer: `${node.pointer}/from`,
        message: `\`${node.id}\` is a source and reads no other node.`,
        hint: "remove `from`",
      },
    ];
  }
  if (count < min) {
    const message = `\`${node.id}\` (${node.type}) needs ${min === 1 ? "an input" : `${min} inputs`}.`;
    return [{ code: "dag/missing-input", pointer: node.pointer, message, hint: "add `from:` with the id of the node it reads" }];
  }
  const message = `\`${node.id}\` (${node.type}) reads ${max === 1 ? "one node" : `at most ${max} nodes`}, but ${count} are named.`;
  return [{ code: "dag/too-many-inputs", pointer: `${node.pointer}/from`, message, hint: "give each input a node of its own" }];
}

/** Kahn's algorithm, always taking the node that comes first in the text. What remains lies on or behind a cycle. */
function topologicalOrder(nodes: SpecNode[]): { ordered: SpecNode[]; waiting: SpecNode[] } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const waiting = new Map(nodes.map((node) => [node.id, new Set(node.from.map((i) => i.node).filter((id) => byId.has(id)))]));
  const readers = new Map<string, string[]>();
  for (const node of nodes) for (const { node: id } of node.from) readers.set(id, [...(readers.get(id) ?? []), node.id]);
  const ordered: SpecNode[] = [];
  let ready = nodes.filter((node) => waiting.get(node.id)?.size === 0);
  while (ready.length > 0) {
    const next: SpecNode[] = [];
    for (const node of ready) {
      ordered.push(node);
      waiting.delete(node.id);
      for (const id of readers.get(node.id) ?? []) {
        const inputs = waiting.get(id);
        if (inputs === undefined || !inputs.delete(node.id) || inputs.size > 0) continue;
        const reader = byId.get(id);
        if (reader !== undefined) next.push(reader);
      }
    }
    ready = next;
  }
  return { ordered, waiting: nodes.filter((node) => waiting.has(node.id)) };
}

/** One cycle after the other: what only waits for a cycle that was found already lies on none itself. */
function cycles(waiting: SpecNode[]): SpecNode[][] {
  const found = onCycle(waiting);
  if (found.length === 0) return [];
  const rest = topologicalOrder(waiting.filter((node) => !found.includes(node))).waiting;
  return [found, ...cycles(rest)];
}

/** Follows inputs inside `remaining` until a node comes again: one whole cycle, in the direction of the data. */
function onCycle(remaining: SpecNode[]): SpecNode[] {
  const byId = new Map(remaining.map((node) => [node.id, node]));
  const path: SpecNode[] = [];
  let node = remaining[0];
  while (node !== undefined && !path.includes(node)) {
    path.push(node);
    node = node.from.map((input) => byId.get(input.node)).find((input) => input !== undefined);
  }
  return node === undefined ? [] : path.slice(path.indexOf(node)).reverse();
}

function cycleFinding(cycle: SpecNode[]): Finding {
  const first = cycle[0];
  const round = [...cycle.map((node) => node.id), first?.id].join(" → ");
  const message = `These nodes read each other in a circle: ${round}.`;
  return {
    code: "dag/cycle",
    pointer: `${first?.pointer ?? ""}/from`,
    message,
    hint: "data flows one way: remove one of the edges",
  };
}

function deadEnd(node: SpecNode): Finding {
  const message = `Nothing reads \`${node.id}\`, so it does nothing.`;
  return {
    code: "dag/dead-end",
    severity: "warning",
    pointer: node.pointer,
    on: "value",
    message,
    hint: "add a sink that reads it, or remove it",
  };
}
