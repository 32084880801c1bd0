import { type Meaning, meaningsOf } from "./dag/meaning.ts";
import { outputFinding, outputsOf } from "./dag/outputs.ts";
import type { Checked, Finding } from "./diagnostic.ts";
import { kindOf } from "./nodes/index.ts";
import type { Role } from "./nodes/node-kind.ts";
import type { BrokenNode, Spec, SpecNode } from "./spec.ts";

/** A spec with its nodes in the order of the flow. It can be planned only where nothing was found wrong. */
export interface Dag {
  spec: Spec;
  /** Every node after the nodes it reads; otherwise in the order of the text. */
  ordered: SpecNode[];
  /** What lies on a cycle, or behind one. */
  circular: SpecNode[];
  /** For every input of a node the nodes that it may mean: one, or several or none where there are mistakes. `output`: a side output of theirs. */
  meant(node: SpecNode): { nodes: SpecNode[]; output?: string }[];
}

/**
 * Orders the nodes. Finds unknown inputs, wrong arity, roles that cannot be connected, cycles and dead ends; what can be ordered is returned
 * all the same, so that its expressions are checked too. `broken` are nodes that exist but could not be read.
 */
export function buildDag(spec: Spec, broken: readonly BrokenNode[] = []): Checked<Dag> & { value: Dag } {
  const meanings = meaningsOf(spec.nodes, broken);
  const findings = [
    ...meanings.findings,
    ...spec.nodes.flatMap((node) => [...inputFindings(node, meanings.of(node)), ...arityFindings(node)]),
  ];
  const sure = (node: SpecNode) => meanings.of(node).flatMap((meaning) => (meaning.sure ? meaning.nodes : []));
  const guessed = (node: SpecNode) => meanings.of(node).flatMap((meaning) => meaning.nodes);
  // A guess must not close a circle.
  const circular = new Set(topologicalOrder(spec.nodes, guessed).waiting);
  const { ordered, waiting } = topologicalOrder(spec.nodes, (node) => (circular.has(node) ? sure(node) : guessed(node)));
  findings.push(...cycles(waiting, sure).map(cycleFinding));
  // A node that could not be read, or whose input is misspelt, may be the reader.
  const isWhole =
    broken.length === 0 && spec.nodes.every(({ mended }) => mended?.inputs === undefined && mended?.id === undefined);
  if (isWhole && findings.length === 0) {
    const read = new Map<SpecNode, Set<string | undefined>>();
    for (const { input, nodes } of spec.nodes.flatMap(meanings.of))
      for (const node of nodes) read.set(node, (read.get(node) ?? new Set()).add(input.output));
    findings.push(...spec.nodes.flatMap((node) => unread(node, read.get(node))));
  }
  const meant = (node: SpecNode) =>
    meanings.of(node).map(({ input: { output }, nodes, sure }) => ({
      nodes: sure || !circular.has(node) ? nodes : [],
      ...(output !== undefined && { output }),
    }));
  return { value: { spec, ordered, circular: waiting, meant }, findings };
}

function inputFindings(node: SpecNode, meanings: readonly Meaning[]): Finding[] {
  return meanings.flatMap(({ input, nodes: [source, ...others], sure }): Finding[] => {
    if (source === undefined) return [];
    const misread = sure ? outputFinding(input, source) : undefined;
    if (misread !== undefined) return [misread];
    const { role } = kindOf(source.type);
    const { roles } = kindOf(node.type).inputs;
    const fits = [source, ...others].some(({ type }) => roles.includes(kindOf(type).role));
    if (roles.length === 0 || fits || (!sure && others.length === 0)) return [];
    const message = `\`${node.id}\` (${node.type}) cannot read \`${source.id}\`, a ${source.type}.`;
    const hint = connectHint(role, node);
    return [{ code: "dag/cannot-connect", pointer: input.pointer, message, hint }];
  });
}

function connectHint(read: Role, { id, type }: SpecNode): string {
  const { role, inputs } = kindOf(type);
  if (read === "source") return "put a `kafka.topic` between them: records rest in a topic before Spark reads them";
  if (read === "topic" && role === "topic")
    return `it is a topic already: remove \`${id}\`, and let what follows read the topic itself`;
  return `it reads a ${inputs.roles.join(" or a ")}`;
}

function arityFindings(node: SpecNode): Finding[] {
  const { min, max, names } = kindOf(node.type).inputs;
  const count = node.from.length;
  if (node.mended?.inputs) return [];
  if (names !== undefined) return namesFindings(node, names);
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

/** A node that tells its inputs apart must be told which is which. */
function namesFindings(node: SpecNode, names: readonly string[]): Finding[] {
  const given = node.from.map(({ name }) => name);
  const streams = node.from.map(({ node, output }) => (output === undefined ? node : `${node}.${output}`));
  const at = { code: "dag/input-names", pointer: node.from.length === 0 ? node.pointer : `${node.pointer}/from` };
  if (given.length !== names.length || names.some((name) => !given.includes(name))) {
    const shown = names.map((name, i) => `${name}: ${streams[i] ?? "…"}`).join(", ");
    const wanted = names.map((name) => `\`${name}\``).join(" and ");
    const message = `\`${node.id}\` (${node.type}) reads ${names.length} nodes by name, ${wanted}.`;
    return [{ ...at, message, hint: `write \`from: { ${shown} }\`` }];
  }
  if (new Set(streams).size === names.length) return [];
  const message = `\`${node.id}\` reads \`${streams[0]}\` by more than one name.`;
  return [
    {
      ...at,
      message,
      hint: "to compare rows of one stream with each other, put a transform.filter or a transform.split between",
    },
  ];
}

/** Kahn's algorithm, always taking the node that comes first in the text. What remains lies on or behind a cycle. */
function topologicalOrder(
  nodes: readonly SpecNode[],
  sources: (node: SpecNode) => SpecNode[],
): { ordered: SpecNode[]; waiting: SpecNode[] } {
  const among = new Set(nodes);
  const waiting = new Map(nodes.map((node) => [node, new Set(sources(node).filter((source) => among.has(source)))]));
  const readers = new Map<SpecNode, SpecNode[]>(nodes.map((node) => [node, []]));
  for (const [node, inputs] of waiting) for (const input of inputs) readers.get(input)?.push(node);
  const ordered: SpecNode[] = [];
  let ready = nodes.filter((node) => waiting.get(node)?.size === 0);
  while (ready.length > 0) {
    const next: SpecNode[] = [];
    for (const node of ready) {
      ordered.push(node);
      waiting.delete(node);
      for (const reader of readers.get(node) ?? []) {
        const inputs = waiting.get(reader);
        if (inputs?.delete(node) && inputs.size === 0) next.push(reader);
      }
    }
    ready = next;
  }
  return { ordered, waiting: nodes.filter((node) => waiting.has(node)) };
}

/** Circles among the nodes, each in the direction of the data; no node is on two of them. */
function cycles(waiting: readonly SpecNode[], sources: (node: SpecNode) => SpecNode[]): SpecNode[][] {
  const found: SpecNode[][] = [];
  const told = new Set<SpecNode>();
  const left = new Set(waiting);
  for (const start of waiting) {
    // Upwards from one node to the next; what was left once leads to no new circle.
    const path: SpecNode[] = [];
    const onPath = new Set<SpecNode>();
    const ways: SpecNode[][] = [[start]];
    while (ways.length > 0) {
      const node = ways.at(-1)?.pop();
      if (node === undefined) {
        ways.pop();
        const last = path.pop();
        if (last !== undefined) onPath.delete(last);
      } else if (onPath.has(node)) {
        const cycle = path.slice(path.indexOf(node)).reverse();
        if (!cycle.some((each) => told.has(each))) found.push(cycle);
        for (const each of cycle) told.add(each);
      } else if (left.delete(node)) {
        path.push(node);
        onPath.add(node);
        ways.push([...sources(node)].reverse());
      }
    }
  }
  return found;
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

function unread(node: SpecNode, read: ReadonlySet<string | undefined> = new Set()): Finding[] {
  if (kindOf(node.type).role === "sink") return [];
  const warning = { severity: "warning", pointer: node.pointer, on: "value" } as const;
  if (read.size === 0) {
    const message = `Nothing reads \`${node.id}\`, so it does nothing.`;
    return [{ ...warning, code: "dag/dead-end", message, hint: "add a sink that reads it, or remove it" }];
  }
  const { main, side } = outputsOf(node);
  const names = [...(main ? [undefined] : []), ...side].filter((name) => !read.has(name));
  return names.map((name) => ({
    ...warning,
    code: "dag/unread-output",
    message: `Nothing reads \`${name === undefined ? node.id : `${node.id}.${name}`}\`, so its rows are dropped; they are counted as filtered.`,
    hint: "add a sink that reads it",
  }));
}
