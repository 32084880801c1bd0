import { NAME } from "@pipeline-engine/engine/core";
import { nodeType } from "./node-types.ts";
import { isRecord, type Path } from "./plain-data.ts";
import { refuse } from "./refused.ts";
import { readSpecText, type SpecText } from "./spec-text.ts";

/** An output of a node: its own, or a side output. */
export type Connection = { node: string; output?: string };

/** What a node reads, as it is written. */
export interface InputText extends Connection {
  path: Path;
  /** Stands only in named inputs. */
  name?: string;
}

/** A node as it is written. */
export interface NodeText {
  id: string;
  index: number;
  path: Path;
  type: string;
  value: Record<string, unknown>;
  inputs: InputText[];
}

/** The nodes of a spec, and the key they stand under; undefined where there is none. */
export interface NodesText {
  under: "nodes" | "steps" | undefined;
  nodes: NodeText[];
}

export function nodesOf({ value }: Pick<SpecText, "value">): NodesText {
  const root = isRecord(value) ? value : {};
  const under = "nodes" in root ? "nodes" : "steps" in root ? "steps" : undefined;
  const list = under === undefined ? [] : root[under];
  const nodes = (Array.isArray(list) ? (list as unknown[]) : []).map((item, index): NodeText => {
    const node = isRecord(item) ? item : {};
    const type = typeof node.type === "string" ? node.type : "";
    const path = [under ?? "nodes", index];
    const id = typeof node.id === "string" ? node.id : under === "steps" ? wordOf(type) : "";
    return { id, index, path, type, value: node, inputs: inputsOf(node.from, [...path, "from"]) };
  });
  return { under, nodes };
}

/** The ids of a text; undefined where it cannot be read. */
export function idsOf(text: string): ReadonlySet<string> | undefined {
  const spec = readSpecText(text);
  return typeof spec === "string" ? undefined : new Set(nodesOf(spec).nodes.map(({ id }) => id));
}

function inputsOf(from: unknown, path: Path): InputText[] {
  if (typeof from === "string") return [{ ...connectionOf(from), path }];
  if (Array.isArray(from)) return from.flatMap((text: unknown, i) => inputsOf(text, [...path, i]));
  if (!isRecord(from)) return [];
  return Object.entries(from).flatMap(([name, text]) => inputsOf(text, [...path, name]).map((input) => ({ ...input, name })));
}

export function connectionOf(text: string): Connection {
  const [node = "", ...output] = text.split(".");
  return output.length === 0 ? { node } : { node, output: output.join(".") };
}

export function connectionText({ node, output }: Connection): string {
  return output === undefined ? node : `${node}.${output}`;
}

/** The node of an id; refuses where there is none, or where it is not plain which is meant. */
export function nodeOf(nodes: readonly NodeText[], id: string): NodeText {
  const [found, second] = nodes.filter((node) => node.id === id);
  if (found === undefined) return refuse(`There is no node \`${id}\`.`);
  return second === undefined ? found : refuse(`Two nodes are called \`${id}\`. Rename one of them in the text first.`);
}

/** What follows the dot of a type. */
export function wordOf(type: string): string {
  return type.slice(type.lastIndexOf(".") + 1);
}

/** A name that is not taken: itself, else with the first number that is free. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "").slice(0, 58) || wanted;
  for (let number = 2; ; number++) if (!taken.has(`${stem}_${number}`)) return `${stem}_${number}`;
}

export function refuseWrongId(id: string, nodes: readonly NodeText[]): void {
  if (!NAME.test(id))
    refuse(`\`${id}\` is no id. Take lower-case letters, digits and underscores, at most 63, beginning with a letter.`);
  if (nodes.some((node) => node.id === id)) refuse(`There is a node \`${id}\` already. Choose another id.`);
}

/** A node, or a type of which there is none yet. */
export type NodeOrType = Pick<NodeText, "type"> & { id?: string };

/** Why a node cannot read another; undefined where it can, and where nobody knows. */
export function whyNotRead(reader: NodeOrType, source: NodeOrType): string | undefined {
  const reads = nodeType(reader.type);
  const gives = nodeType(source.type);
  if (reads === undefined || gives === undefined) return undefined;
  const name = ({ id, type }: NodeOrType) => `\`${id ?? type}\``;
  const kind = ({ id, type }: NodeOrType) => (id === undefined ? "" : ` (${type})`);
  if (reads.most === 0) return `${name(reader)} is a source and reads no other node.`;
  if (gives.role === "sink") return `${name(source)} is a sink: no rows leave it.`;
  if (reads.reads.includes(gives.role)) return undefined;
  const cannot = `${name(reader)}${kind(reader)} cannot read ${name(source)}${kind(source)}.`;
  if (gives.role === "source")
    return `${cannot} Put a \`kafka.topic\` between them: records rest in a topic before Spark reads them.`;
  return `${cannot} It reads a ${reads.reads.join(" or a ")}.`;
}

/** The output that what follows a node reads: its own, or the first of its side outputs where it has none of its own. */
export function mainOutput(id: string, type: string, config: unknown): Connection {
  const under = nodeType(type)?.outputsUnder;
  const outputs = under !== undefined && isRecord(config) ? config[under] : undefined;
  const [first] = Object.keys(isRecord(outputs) ? outputs : {});
  return first === undefined ? { node: id } : { node: id, output: first };
}
