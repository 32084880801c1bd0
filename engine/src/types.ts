import type { Column } from "./column-type.ts";
import type { Dag } from "./dag.ts";
import { type Checked, type Finding, hasErrors } from "./diagnostic.ts";
import { checkExpression, parseExpression, type TypedExpression } from "./expression/index.ts";
import { kindOf } from "./nodes/index.ts";
import type { Part, Stream } from "./nodes/node-kind.ts";
import { joinPointer } from "./pointer.ts";
import type { SpecNode } from "./spec.ts";

/** A node with what its room made of it. */
export interface TypedNode {
  node: SpecNode;
  output?: Stream;
  part: Part;
}

/** A DAG in which the columns and traits of every stream are known. */
export interface TypedDag {
  dag: Dag;
  /** In the order of `dag.ordered`. */
  nodes: TypedNode[];
}

/** Asks every room what flows out of its node. A node below a broken one is still checked where its columns are known. */
export function typeDag(dag: Dag): Checked<TypedDag> {
  const findings: Finding[] = [];
  const outputs = new Map<string, Stream>();
  const nodes: TypedNode[] = [];
  for (const node of dag.ordered) {
    const inputs = node.from.map((input) => outputs.get(input.node));
    // A room is not asked about inputs that could not be typed: its complaints would only repeat theirs.
    if (inputs.length < kindOf(node.type).inputs.min || inputs.some((input) => input === undefined)) continue;
    const before = findings.length;
    const { output, part } = compileNode(node, inputs as Stream[], findings);
    const broken = hasErrors(findings.slice(before));
    // Columns that a broken node should have made are unknown; those that it passes on are not.
    if (output !== undefined && (!broken || output.columns === inputs[0]?.columns)) outputs.set(node.id, output);
    if (part !== undefined) nodes.push(output === undefined ? { node, part } : { node, output, part });
  }
  return hasErrors(findings) ? { findings } : { value: { dag, nodes }, findings };
}

function compileNode(node: SpecNode, inputs: Stream[], findings: Finding[]) {
  const config = node.config as never;
  const pointerTo = (path: (string | number)[]) => joinPointer(node.pointer, "config", ...path);
  const report = (path: (string | number)[], finding: Omit<Finding, "pointer">) => {
    findings.push({ ...finding, pointer: pointerTo(path) });
  };
  return kindOf(node.type).compile({
    id: node.id,
    config,
    inputs,
    report,
    expression: (path, columns, mode) =>
      expressionAt(valueAt(node.config, path), columns, mode, (finding) => report(path, finding)),
  });
}

function expressionAt(
  text: unknown,
  columns: readonly Column[],
  mode: "row" | "aggregate",
  report: (finding: Omit<Finding, "pointer">) => void,
): TypedExpression | undefined {
  const parsed = parseExpression(String(text));
  const checked = parsed.expression === undefined ? undefined : checkExpression(parsed.expression, [...columns], { mode });
  for (const { from, to, ...finding } of [...parsed.mistakes, ...(checked?.mistakes ?? [])])
    report({ ...finding, inner: { from, to } });
  return parsed.mistakes.length > 0 || (checked?.mistakes.length ?? 0) > 0 ? undefined : checked?.typed;
}

function valueAt(value: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value);
}
