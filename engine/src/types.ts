import type { Column } from "./column-type.ts";
import type { Dag } from "./dag.ts";
import { type Checked, type Finding, hasErrors } from "./diagnostic.ts";
import { checkExpression, parseExpression, type TypedExpression } from "./expression/index.ts";
import { kindOf } from "./nodes/index.ts";
import type { Compiled, FilesBeside, NodeKind, Part, Stream } from "./nodes/node-kind.ts";
import { joinPointer, stepsOf, valueAt } from "./pointer.ts";
import type { MendedPlace, SpecNode } from "./spec.ts";
import { doubting, type KnownStream, merged, opened, UNKNOWN, withAnyColumns, worldsOf } from "./types/doubt.ts";

/** A node with what its room made of it. */
export interface TypedNode {
  node: SpecNode;
  output?: Stream;
  /** Its side outputs. */
  outputs?: Record<string, Stream>;
  part: Part;
}

/** A DAG in which the columns and traits of every stream are known. */
export interface TypedDag {
  dag: Dag;
  /** In the order of `dag.ordered`. */
  nodes: TypedNode[];
}

/**
 * Asks every room what flows out of its node. Where mistakes leave open what a node reads, or what it says, only that is reported which is wrong
 * whatever was meant; where they leave open what it makes, its readers are asked in the same way. `nodes`: what could be told of each all the same.
 * `beside` looks up files that are named.
 */
export function typeDag(dag: Dag, beside?: FilesBeside): Checked<TypedDag> & { nodes: TypedNode[] } {
  const findings: Finding[] = [];
  const known: KnownOutputs = new Map();
  const nodes: TypedNode[] = [];
  for (const node of [...dag.ordered, ...dag.circular]) {
    const { compiled, outputs, found } = typeNode(node, inputsOf(node, dag, known), beside);
    findings.push(...found);
    known.set(node, outputs);
    const { part, ...made } = compiled;
    if (part !== undefined) nodes.push({ node, ...made, part });
  }
  return hasErrors(findings) ? { nodes, findings } : { value: { dag, nodes }, nodes, findings };
}

/** What leaves a node, by the name of the output; its own has none. */
type KnownOutputs = Map<SpecNode, Map<string | undefined, KnownStream>>;

function inputsOf(node: SpecNode, dag: Dag, known: KnownOutputs): KnownStream[] {
  const { min, max } = kindOf(node.type).inputs;
  if (max === 0) return [];
  const read = dag
    .meant(node)
    .map(({ nodes, output }) => merged(nodes.map((source) => known.get(source)?.get(output) ?? UNKNOWN)));
  const isWhole = node.mended?.inputs === undefined && read.length >= min && read.length <= max;
  return isWhole ? read : Array.from({ length: Math.max(1, min) }, () => UNKNOWN);
}

/** What one room says of its node. `compiled` is what it says in the first of the worlds that are possible. */
function typeNode(node: SpecNode, inputs: readonly KnownStream[], beside: FilesBeside | undefined) {
  const places = node.mended?.places ?? [];
  const configs = [node.config, ...(node.mended?.otherConfigs ?? [])];
  const worlds = configs.flatMap((config) =>
    worldsOf(inputs, config).map((streams) => compileNode({ node, config, beside }, streams)),
  );
  const [first, ...others] = worlds;
  const everywhere = others.map(({ findings }) => new Set(findings.map(keyOf)));
  const isSure = sureWithout(node, inputs, beside);
  const found = (first?.findings ?? []).filter(
    (finding) =>
      everywhere.every((keys) => keys.has(keyOf(finding))) &&
      !places.some((place) => isWithin(finding, node, place)) &&
      isSure(finding),
  );
  const compiled = worlds.map((world) => world.compiled);
  const outputs = new Map(
    outputNames(node, compiled).map((name) => {
      const streams = compiled.map((each) => (name === undefined ? each.output : each.outputs?.[name]));
      const stream = merged(streams.map((each) => (each === undefined ? UNKNOWN : { stream: each })));
      return [name, withDoubts(node, stream, [...places, ...placesOf(found, node)])] as const;
    }),
  );
  return { compiled: first?.compiled ?? {}, outputs, found };
}

/** Says of a finding whether it is there without the settings that hold mistakes, or stands in one of them. */
function sureWithout(
  node: SpecNode,
  inputs: readonly KnownStream[],
  beside: FilesBeside | undefined,
): (finding: Finding) => boolean {
  const { without } = node.mended ?? {};
  if (without === undefined) return () => true;
  const worlds = worldsOf(inputs, without.config).map((streams) =>
    compileNode({ node, config: without.config, beside }, streams),
  );
  const everywhere = worlds.map(({ findings }) => new Set(findings.map(keyOf)));
  const isIn = (finding: Finding) =>
    without.settings.some((setting) => isWithin(finding, node, { path: [setting], dropped: false }));
  return (finding) => isIn(finding) || everywhere.every((keys) => keys.has(keyOf(finding)));
}

function outputNames(node: SpecNode, compiled: readonly Compiled[]): (string | undefined)[] {
  if (kindOf(node.type).role === "sink") return [];
  return [undefined, ...new Set(compiled.flatMap(({ outputs }) => Object.keys(outputs ?? {})))];
}

function keyOf({ code, pointer, on, inner }: Finding): string {
  return `${code} ${pointer} ${on} ${inner?.from} ${inner?.to}`;
}

/** What is said of a place that was mended would only repeat its mistake. */
function isWithin({ pointer }: Finding, node: SpecNode, place: MendedPlace): boolean {
  const mended = joinPointer(node.pointer, "config", ...place.path);
  return pointer === mended || pointer.startsWith(`${mended}/`);
}

/** The places in the config with which something is wrong, although their contract admits them. */
function placesOf(findings: readonly Finding[], node: SpecNode): MendedPlace[] {
  return findings
    .filter((finding) => hasErrors([finding]))
    .map(({ pointer }) => ({ path: stepsOf(pointer.slice(node.pointer.length)).slice(1), dropped: false }));
}

/** Puts in doubt what the settings at these places would have made of the output. */
function withDoubts(node: SpecNode, output: KnownStream, places: readonly MendedPlace[]): KnownStream {
  const { shapes } = kindOf(node.type);
  return places.reduce((stream, { path: [setting, name, ...inside], dropped }) => {
    if (setting === undefined) return Object.keys(shapes).length === 0 ? stream : withAnyColumns(stream);
    const how: NodeKind["shapes"][string] | undefined = Object.hasOwn(shapes, setting) ? shapes[setting] : undefined;
    if (how === undefined) return stream;
    if (how === "all" || name === undefined) return withAnyColumns(stream);
    if (how === "presence") return stream;
    if (dropped) return inside.length === 0 ? opened(stream) : doubting(stream, name);
    // A list is one column to the rooms.
    const list = inside.findIndex((step) => /^\d+$/.test(step));
    return doubting(stream, [name, ...inside.slice(0, list === -1 ? undefined : list)].join("."));
  }, output);
}

interface Asked {
  node: SpecNode;
  config: SpecNode["config"];
  beside: FilesBeside | undefined;
}

function compileNode({ node, config, beside }: Asked, inputs: Stream[]): { compiled: Compiled; findings: Finding[] } {
  const findings: Finding[] = [];
  const report = (path: (string | number)[], finding: Omit<Finding, "pointer">) => {
    findings.push({ ...finding, pointer: joinPointer(node.pointer, "config", ...path) });
  };
  const compiled = kindOf(node.type).compile({
    id: node.id,
    config: config as never,
    inputs,
    inputNames: node.from.map(({ name, node, output }) => name ?? (output === undefined ? node : `${node}.${output}`)),
    report,
    ...(beside && { file: beside }),
    expression: (path, columns, mode) => expressionAt(valueAt(config, path), columns, mode, (finding) => report(path, finding)),
  });
  return { compiled, findings };
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
